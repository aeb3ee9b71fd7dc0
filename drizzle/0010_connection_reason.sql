DROP INDEX "documents_reason";--> statement-breakpoint
CREATE INDEX "documents_connection_reason" ON "documents" USING btree ("connection_id","reason","kind","status","id") WHERE reason is not null;