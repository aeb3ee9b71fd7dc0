ALTER TABLE "companies" ADD COLUMN "lists_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "unlocked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "access_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "access_requested_by" text;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "setup_missing" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
UPDATE "companies" c SET "lists_read_at" = l."at" FROM (
	SELECT "company_id", max("refreshed_at") AS "at" FROM "record_lists"
	WHERE "refreshed_at" IS NOT NULL AND "type" IN ('account', 'item', 'customer', 'vendor',
		'tax_code', 'tax_rate', 'class', 'department', 'term', 'payment_method')
	GROUP BY "company_id" HAVING count(*) = 10
) l WHERE l."company_id" = c."id";