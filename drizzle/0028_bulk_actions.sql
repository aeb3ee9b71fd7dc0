CREATE TABLE "bulk_action_items" (
	"bulk_action_id" bigint NOT NULL,
	"document_id" bigint NOT NULL,
	"done" boolean NOT NULL,
	"detail" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bulk_action_items_bulk_action_id_document_id_pk" PRIMARY KEY("bulk_action_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "bulk_actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bulk_actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"app_id" uuid,
	"action" text NOT NULL,
	"filter" text NOT NULL,
	"selection" jsonb NOT NULL,
	"ceiling" bigint NOT NULL,
	"frozen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"rate" integer NOT NULL,
	"documents" integer NOT NULL,
	"amounts" jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"refused" integer DEFAULT 0 NOT NULL,
	"cursor_kind" smallint DEFAULT 0 NOT NULL,
	"cursor_id" bigint DEFAULT 0 NOT NULL,
	"by" text NOT NULL,
	"aborted_by" text,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease" bigint DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "bulk_action_items" ADD CONSTRAINT "bulk_action_items_bulk_action_id_bulk_actions_id_fk" FOREIGN KEY ("bulk_action_id") REFERENCES "public"."bulk_actions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_action_items" ADD CONSTRAINT "bulk_action_items_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_actions" ADD CONSTRAINT "bulk_actions_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_action_items_document" ON "bulk_action_items" USING btree ("document_id");--> statement-breakpoint
CREATE INDEX "bulk_actions_open" ON "bulk_actions" USING btree ("next_at") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "bulk_actions_app" ON "bulk_actions" USING btree ("app_id","id");