ALTER TABLE "lanes" ADD COLUMN "throttled_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lanes" ADD COLUMN "probe_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "lanes" ADD COLUMN "probes_failed" integer DEFAULT 0 NOT NULL;