CREATE TABLE "inbound_webhooks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbound_webhooks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"realm_hash" "bytea" NOT NULL,
	"company_id" uuid,
	"event_id" text,
	"entity" text NOT NULL,
	"action" text NOT NULL,
	"entity_id" text NOT NULL,
	"other_id" text,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" text NOT NULL,
	"run_id" bigint
);
--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "webhook_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_webhooks_event" ON "inbound_webhooks" USING btree ("realm_hash","event_id") WHERE event_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_webhooks_change" ON "inbound_webhooks" USING btree ("realm_hash","entity","entity_id","occurred_at","action");--> statement-breakpoint
CREATE INDEX "inbound_webhooks_waiting" ON "inbound_webhooks" USING btree ("company_id","id") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "inbound_webhooks_received" ON "inbound_webhooks" USING btree ("received_at");