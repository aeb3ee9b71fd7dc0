CREATE TABLE "cause_fixes" (
	"cause_id" bigint NOT NULL,
	"connection_id" uuid NOT NULL,
	"fixed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp with time zone,
	CONSTRAINT "cause_fixes_cause_id_connection_id_pk" PRIMARY KEY("cause_id","connection_id")
);
--> statement-breakpoint
ALTER TABLE "cause_counts" ADD COLUMN "last_seen_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cause_id" bigint;--> statement-breakpoint
ALTER TABLE "cause_fixes" ADD CONSTRAINT "cause_fixes_cause_id_causes_id_fk" FOREIGN KEY ("cause_id") REFERENCES "public"."causes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cause_fixes" ADD CONSTRAINT "cause_fixes_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cause_counts_held" ON "cause_counts" USING btree ("cause_id") WHERE documents > 0;--> statement-breakpoint
CREATE INDEX "runs_cause" ON "runs" USING btree ("cause_id") WHERE cause_id is not null;