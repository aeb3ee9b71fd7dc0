ALTER TABLE "documents" ADD COLUMN "app_stated_cipher" "bytea";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "app_stated_hash" "bytea";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "corrected_hash" "bytea";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "corrected_by" text;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "corrected_at" timestamp with time zone;