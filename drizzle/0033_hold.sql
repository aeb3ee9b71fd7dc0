ALTER TABLE "connections" ADD COLUMN "hold_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "hold_to" timestamp with time zone;