CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE TABLE "document_search" (
	"document_id" bigint PRIMARY KEY NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "documents_status";--> statement-breakpoint
DROP INDEX "documents_connection_status";--> statement-breakpoint
ALTER TABLE "requests" ALTER COLUMN "path_cipher" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "requests" ALTER COLUMN "body_cipher" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "document_search" ADD CONSTRAINT "document_search_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE FUNCTION document_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO document_search (document_id, words)
	VALUES (NEW.id, E'\n' || lower(concat_ws(E'\n', NEW.number, NEW.external_id, NEW.party)))
	ON CONFLICT (document_id) DO UPDATE SET words = excluded.words
	WHERE document_search.words <> excluded.words;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER document_search_kept AFTER INSERT OR UPDATE OF number, external_id, party ON documents
	FOR EACH ROW EXECUTE FUNCTION document_search_keep();--> statement-breakpoint
INSERT INTO document_search (document_id, words)
	SELECT id, E'\n' || lower(concat_ws(E'\n', number, external_id, party)) FROM documents;--> statement-breakpoint
CREATE INDEX "document_search_words" ON "document_search" USING gin (words gin_trgm_ops) WITH (gin_pending_list_limit=256);--> statement-breakpoint
CREATE INDEX "documents_kind" ON "documents" USING btree ("kind","status","id");--> statement-breakpoint
CREATE INDEX "documents_connection_kind" ON "documents" USING btree ("connection_id","kind","status","id");--> statement-breakpoint
CREATE INDEX "documents_reason" ON "documents" USING btree ("connection_id","reason","id") WHERE reason is not null;--> statement-breakpoint
CREATE INDEX "documents_unplaced" ON "documents" USING btree ("connection_id") WHERE company_id is null;--> statement-breakpoint
CREATE INDEX "documents_lost_names" ON "documents" USING btree ("company_id","id") WHERE dependency_key is not null and reason = 'reconnect_needed';--> statement-breakpoint
CREATE INDEX "runs_ended" ON "runs" USING btree ("ended_at") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "pushes_closed" ON "pushes" USING btree ("closed_at") WHERE closed_at is not null;--> statement-breakpoint
CREATE INDEX "requests_kept" ON "requests" USING btree ("created_at") WHERE body_cipher is not null;--> statement-breakpoint
CREATE INDEX "events_at" ON "events" USING btree ("at");