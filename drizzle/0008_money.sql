ALTER TABLE "documents" ADD COLUMN "money" jsonb;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "features" jsonb;