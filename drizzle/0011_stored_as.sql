DROP INDEX "links_exclusive";--> statement-breakpoint
ALTER TABLE "links" ADD COLUMN "stored_as" text;--> statement-breakpoint
ALTER TABLE "push_items" ADD COLUMN "sent_as" text;--> statement-breakpoint
CREATE UNIQUE INDEX "links_exclusive" ON "links" USING btree ("company_id",coalesce(stored_as, kind),"quickbooks_id") WHERE exclusive;