CREATE INDEX "cause_counts_connection" ON "cause_counts" USING btree ("connection_id","cause_id") WHERE documents > 0;--> statement-breakpoint
CREATE INDEX "runs_succeeded" ON "runs" USING btree ("connection_id","job","id") WHERE status = 'succeeded';--> statement-breakpoint
-- Statements are planned for connections that are not known yet. Where one has nearly all of the rows,
-- as after a first year with one customer, the planner would expect as many of any other, and walk all
-- rows of the busy one to find the few of a quiet one. These say that there are many, each with little.
ALTER TABLE "documents" ALTER COLUMN "connection_id" SET (n_distinct = 1000);--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "connection_id" SET (n_distinct = 1000);--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "status" SET (n_distinct = 100);--> statement-breakpoint
ALTER TABLE "audit_log" ALTER COLUMN "connection_id" SET (n_distinct = 1000);--> statement-breakpoint
ALTER TABLE "audit_log" ALTER COLUMN "action" SET (n_distinct = 50);
