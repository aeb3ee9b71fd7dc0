DROP INDEX "events_app";--> statement-breakpoint
ALTER TABLE "event_counters" ADD COLUMN "transaction" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "record_type" text;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "record_id" text;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "run_id" bigint;--> statement-breakpoint
CREATE INDEX "events_feed" ON "events" USING btree ("app_id","transaction","connection_id","number");--> statement-breakpoint
UPDATE "event_counters" c SET "transaction" = e.latest FROM (SELECT connection_id, max("transaction") AS latest FROM "events" GROUP BY 1) e WHERE e.connection_id = c.connection_id;--> statement-breakpoint
UPDATE "events" SET "type" = 'document.status_changed' WHERE "type" LIKE 'document.%';