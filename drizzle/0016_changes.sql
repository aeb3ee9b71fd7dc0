CREATE TABLE "contacts" (
	"connection_id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"quickbooks_id" text NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"changed_at" timestamp with time zone,
	"told_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contacts_connection_id_company_id_quickbooks_id_pk" PRIMARY KEY("connection_id","company_id","quickbooks_id")
);
--> statement-breakpoint
CREATE TABLE "received_payments" (
	"company_id" uuid NOT NULL,
	"payment_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"paid_on" date,
	"ours" boolean NOT NULL,
	"changed_at" timestamp with time zone,
	CONSTRAINT "received_payments_company_id_payment_id_invoice_id_pk" PRIMARY KEY("company_id","payment_id","invoice_id")
);
--> statement-breakpoint
CREATE TABLE "review_requests" (
	"connection_id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "review_requests_connection_id_company_id_customer_id_pk" PRIMARY KEY("connection_id","company_id","customer_id")
);
--> statement-breakpoint
ALTER TABLE "links" ADD COLUMN "changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "links" ADD COLUMN "voided_there" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "records" ADD COLUMN "merged_into" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "window_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "window_to" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "changes_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "received_payments" ADD CONSTRAINT "received_payments_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_requests" ADD CONSTRAINT "review_requests_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_requests" ADD CONSTRAINT "review_requests_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "received_payments_invoice" ON "received_payments" USING btree ("company_id","invoice_id");--> statement-breakpoint
CREATE INDEX "records_merged" ON "records" USING btree ("company_id","type") WHERE merged_into is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_open_changes" ON "runs" USING btree ("company_id") WHERE ended_at is null and job = 'pull_changes';