ALTER TABLE "connect_links" ADD COLUMN "accepts_other" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "replaced_by" uuid;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD COLUMN "accepts_other" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_replaced_by_connections_id_fk" FOREIGN KEY ("replaced_by") REFERENCES "public"."connections"("id") ON DELETE set null ON UPDATE no action;