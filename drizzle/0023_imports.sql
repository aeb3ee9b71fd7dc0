CREATE TABLE "imported_invoices" (
	"connection_id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"quickbooks_id" text NOT NULL,
	"number" text,
	"issued_on" date NOT NULL,
	"due_on" date,
	"customer_id" text NOT NULL,
	"customer_name" text,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"balance_minor" bigint NOT NULL,
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "imported_invoices_connection_id_quickbooks_id_pk" PRIMARY KEY("connection_id","quickbooks_id")
);
--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "contacts_imported_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "invoices_imported_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "imported_invoices" ADD CONSTRAINT "imported_invoices_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imported_invoices" ADD CONSTRAINT "imported_invoices_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "imported_invoices_list" ON "imported_invoices" USING btree ("connection_id","issued_on","quickbooks_id");--> statement-breakpoint
CREATE INDEX "imported_invoices_number" ON "imported_invoices" USING btree ("connection_id","number");