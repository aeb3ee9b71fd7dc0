CREATE TABLE "applications" (
	"document_id" bigint NOT NULL,
	"connection_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"record_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"applied_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "applications_document_id_kind_external_id_record_id_pk" PRIMARY KEY("document_id","kind","external_id","record_id")
);
--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "stated_in" bigint;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "paid_minor" bigint;--> statement-breakpoint
ALTER TABLE "applications" ADD CONSTRAINT "applications_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "applications" ADD CONSTRAINT "applications_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "applications_target" ON "applications" USING btree ("connection_id","kind","external_id");--> statement-breakpoint
CREATE INDEX "documents_unstated" ON "documents" USING btree ("id") WHERE reason = 'blocked_by' and blocked_by is null;--> statement-breakpoint
CREATE INDEX "documents_stated_in" ON "documents" USING btree ("stated_in") WHERE stated_in is not null;