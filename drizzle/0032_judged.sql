ALTER TABLE "connections" ADD COLUMN "judged_up_to" bigint;--> statement-breakpoint
CREATE INDEX "connections_unjudged" ON "connections" USING btree ("id") WHERE judged_up_to is not null;