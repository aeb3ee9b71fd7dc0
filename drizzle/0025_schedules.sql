CREATE TABLE "change_looks" (
	"company_id" uuid PRIMARY KEY NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "read_budgets" (
	"app_id" uuid PRIMARY KEY NOT NULL,
	"budget" bigint NOT NULL,
	"used" bigint NOT NULL,
	"forecast" bigint NOT NULL,
	"stage" text NOT NULL,
	"reckoned_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "read_days" (
	"company_id" uuid NOT NULL,
	"day" date NOT NULL,
	"feature" text NOT NULL,
	"reads" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "read_days_company_id_day_feature_pk" PRIMARY KEY("company_id","day","feature")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"connection_id" uuid NOT NULL,
	"job" text NOT NULL,
	"night" date NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"last_night" date,
	"whole_on" date NOT NULL,
	"settings_version" integer NOT NULL,
	"company_time_zone" text,
	CONSTRAINT "schedules_connection_id_job_pk" PRIMARY KEY("connection_id","job")
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "night" date;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "feature" text;--> statement-breakpoint
ALTER TABLE "apps" ADD COLUMN "reads_per_month" bigint;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "webhooks_doubted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "change_looks" ADD CONSTRAINT "change_looks_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "read_budgets" ADD CONSTRAINT "read_budgets_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "read_days" ADD CONSTRAINT "read_days_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "change_looks_due" ON "change_looks" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "read_days_day" ON "read_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_night" ON "runs" USING btree ("connection_id","job","night") WHERE night is not null;