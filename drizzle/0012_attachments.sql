CREATE TABLE "attachment_pieces" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"content" text NOT NULL,
	"number" integer NOT NULL,
	"piece_cipher" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attachment_pieces_connection_id_external_id_content_number_pk" PRIMARY KEY("connection_id","external_id","content","number")
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"document_id" bigint PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"size" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attachment_pieces" ADD CONSTRAINT "attachment_pieces_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachment_pieces_kept" ON "attachment_pieces" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "attachments_target" ON "attachments" USING btree ("connection_id","kind","external_id");--> statement-breakpoint
-- Ciphertext does not become smaller; nobody has to try.
ALTER TABLE "attachment_pieces" ALTER COLUMN "piece_cipher" SET STORAGE EXTERNAL;