CREATE TABLE "cause_counts" (
	"cause_id" bigint NOT NULL,
	"connection_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"documents" bigint DEFAULT 0 NOT NULL,
	"amount_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "cause_counts_cause_id_connection_id_currency_pk" PRIMARY KEY("cause_id","connection_id","currency")
);
--> statement-breakpoint
CREATE TABLE "causes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "causes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"app_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"reason" text NOT NULL,
	"params" jsonb NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "document_history" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "document_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"document_id" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"revision" integer NOT NULL,
	"what" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"params" jsonb,
	"evidence" jsonb,
	"by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "documents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"connection_id" uuid NOT NULL,
	"company_id" uuid,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"dependency_key" text,
	"wanted_cipher" "bytea" NOT NULL,
	"wanted_hash" "bytea" NOT NULL,
	"source_version" bigint,
	"withdrawal" text,
	"revision" integer DEFAULT 1 NOT NULL,
	"released_revision" integer DEFAULT 0 NOT NULL,
	"synced_revision" integer DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'not_ready' NOT NULL,
	"status_since" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text,
	"params" jsonb,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"outcome" jsonb,
	"cause_id" bigint,
	"due_at" timestamp with time zone,
	"lane_class" smallint DEFAULT 1 NOT NULL,
	"blocked_by" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"crashes" integer DEFAULT 0 NOT NULL,
	"alone" boolean DEFAULT false NOT NULL,
	"number" text,
	"party" text,
	"document_date" date,
	"currency" text,
	"total_minor" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "links" (
	"connection_id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"quickbooks_id" text NOT NULL,
	"origin" text NOT NULL,
	"exclusive" boolean NOT NULL,
	"sync_token" text,
	"number" text,
	"total_minor" bigint,
	"balance_minor" bigint,
	"currency" text,
	"synced_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "links_connection_id_company_id_kind_external_id_pk" PRIMARY KEY("connection_id","company_id","kind","external_id")
);
--> statement-breakpoint
CREATE TABLE "record_lists" (
	"company_id" uuid NOT NULL,
	"type" text NOT NULL,
	"refreshed_at" timestamp with time zone,
	"stale" boolean DEFAULT false NOT NULL,
	CONSTRAINT "record_lists_company_id_type_pk" PRIMARY KEY("company_id","type")
);
--> statement-breakpoint
CREATE TABLE "records" (
	"company_id" uuid NOT NULL,
	"type" text NOT NULL,
	"quickbooks_id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"folded_key" text NOT NULL,
	"number" text,
	"email" text,
	"email_key" text,
	"active" boolean NOT NULL,
	"sync_token" text,
	"updated_at" timestamp with time zone,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"hidden" boolean DEFAULT false NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "records_company_id_type_quickbooks_id_pk" PRIMARY KEY("company_id","type","quickbooks_id")
);
--> statement-breakpoint
CREATE TABLE "records_staged" (
	"run_id" bigint NOT NULL,
	"type" text NOT NULL,
	"quickbooks_id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"folded_key" text NOT NULL,
	"number" text,
	"email" text,
	"email_key" text,
	"active" boolean NOT NULL,
	"sync_token" text,
	"updated_at" timestamp with time zone,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "records_staged_run_id_type_quickbooks_id_pk" PRIMARY KEY("run_id","type","quickbooks_id")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"connection_id" uuid NOT NULL,
	"company_id" uuid NOT NULL,
	"job" text NOT NULL,
	"trigger" text NOT NULL,
	"types" jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"reason" text,
	"params" jsonb,
	"progress_done" integer DEFAULT 0 NOT NULL,
	"progress_of" integer,
	"cursor" jsonb,
	"reads" bigint DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"epoch" integer DEFAULT 1 NOT NULL,
	"not_before" timestamp with time zone,
	"lease" bigint DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "push_items" (
	"push_id" bigint NOT NULL,
	"document_id" bigint NOT NULL,
	"revision" integer NOT NULL,
	"operation" text,
	"batch_item_id" text,
	"settings_version" integer,
	"outcome" text,
	CONSTRAINT "push_items_push_id_document_id_pk" PRIMARY KEY("push_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "pushes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pushes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"company_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"lane_class" smallint NOT NULL,
	"priority" integer NOT NULL,
	"batch" boolean NOT NULL,
	"epoch" integer DEFAULT 1 NOT NULL,
	"not_before" timestamp with time zone,
	"lease_until" timestamp with time zone,
	"lease" bigint DEFAULT 0 NOT NULL,
	"crashes" integer DEFAULT 0 NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"push_id" bigint NOT NULL,
	"company_id" uuid NOT NULL,
	"request_id" text NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"call" text NOT NULL,
	"path_cipher" "bytea" NOT NULL,
	"body_cipher" "bytea" NOT NULL,
	"sent_at" timestamp with time zone,
	"last_sent_at" timestamp with time zone,
	"sends" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"answer_status" integer,
	"answer_cipher" "bytea",
	"intuit_tid" text,
	"cause" text,
	"lookups" integer DEFAULT 0 NOT NULL,
	"looked_up_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" uuid NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"scopes" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"return_urls" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"app_id" uuid,
	"connection_id" uuid,
	"subject" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "companies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"intuit_client_id" text NOT NULL,
	"realm_cipher" "bytea" NOT NULL,
	"realm_hash" "bytea" NOT NULL,
	"status" text DEFAULT 'connected' NOT NULL,
	"name" text,
	"country" text,
	"home_currency" text,
	"multi_currency" boolean,
	"custom_txn_numbers" boolean,
	"book_close_date" date,
	"time_zone" text,
	"facts_read_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connect_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"app_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"profile" text NOT NULL,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"settings" jsonb NOT NULL,
	"settings_version" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'new' NOT NULL,
	"company_id" uuid,
	"former_company_id" uuid,
	"return_url" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"connected_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"app_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"status" integer,
	"answer_cipher" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_app_id_key_pk" PRIMARY KEY("app_id","key")
);
--> statement-breakpoint
CREATE TABLE "installation_secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"secret_cipher" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "oauth_states" (
	"state_hash" "bytea" PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"browser_hash" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"csrf_token" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings_history" (
	"connection_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"settings" jsonb NOT NULL,
	"changed_by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settings_history_connection_id_version_pk" PRIMARY KEY("connection_id","version")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "dispatch_state" (
	"company_id" uuid PRIMARY KEY NOT NULL,
	"next_ready_at" timestamp with time zone,
	"dirty" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_counters" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"last" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"connection_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"app_id" uuid NOT NULL,
	"transaction" bigint NOT NULL,
	"type" text NOT NULL,
	"kind" text,
	"external_id" text,
	"revision" integer,
	"status" text,
	"reason" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "events_connection_id_number_pk" PRIMARY KEY("connection_id","number")
);
--> statement-breakpoint
CREATE TABLE "lane_slots" (
	"company_id" uuid NOT NULL,
	"slot" smallint NOT NULL,
	"ticket" bigint DEFAULT 0 NOT NULL,
	"held_until" timestamp with time zone,
	CONSTRAINT "lane_slots_company_id_slot_pk" PRIMARY KEY("company_id","slot")
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"company_id" uuid PRIMARY KEY NOT NULL,
	"next_call_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_minute_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_batch_at" timestamp with time zone DEFAULT now() NOT NULL,
	"paused_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "read_meter" (
	"company_id" uuid NOT NULL,
	"month" date NOT NULL,
	"reads" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "read_meter_company_id_month_pk" PRIMARY KEY("company_id","month")
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"company_id" uuid PRIMARY KEY NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	"access_cipher" "bytea" NOT NULL,
	"refresh_cipher" "bytea" NOT NULL,
	"previous_refresh_cipher" "bytea",
	"access_expires_at" timestamp with time zone NOT NULL,
	"refresh_expires_at" timestamp with time zone NOT NULL,
	"hard_expires_at" timestamp with time zone,
	"usable" boolean DEFAULT true NOT NULL,
	"refreshing_until" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cause_counts" ADD CONSTRAINT "cause_counts_cause_id_causes_id_fk" FOREIGN KEY ("cause_id") REFERENCES "public"."causes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cause_counts" ADD CONSTRAINT "cause_counts_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "causes" ADD CONSTRAINT "causes_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_history" ADD CONSTRAINT "document_history_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "links" ADD CONSTRAINT "links_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "links" ADD CONSTRAINT "links_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_lists" ADD CONSTRAINT "record_lists_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "records" ADD CONSTRAINT "records_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_items" ADD CONSTRAINT "push_items_push_id_pushes_id_fk" FOREIGN KEY ("push_id") REFERENCES "public"."pushes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_items" ADD CONSTRAINT "push_items_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_push_id_pushes_id_fk" FOREIGN KEY ("push_id") REFERENCES "public"."pushes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connect_links" ADD CONSTRAINT "connect_links_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_former_company_id_companies_id_fk" FOREIGN KEY ("former_company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD CONSTRAINT "oauth_states_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settings_history" ADD CONSTRAINT "settings_history_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatch_state" ADD CONSTRAINT "dispatch_state_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lane_slots" ADD CONSTRAINT "lane_slots_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "read_meter" ADD CONSTRAINT "read_meter_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_company_id_companies_id_fk" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "causes_fingerprint" ON "causes" USING btree ("app_id","fingerprint");--> statement-breakpoint
CREATE INDEX "document_history_document" ON "document_history" USING btree ("document_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "documents_key" ON "documents" USING btree ("connection_id","kind","external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "documents_dependency" ON "documents" USING btree ("company_id","dependency_key") WHERE dependency_key is not null;--> statement-breakpoint
CREATE INDEX "documents_due" ON "documents" USING btree ("company_id","lane_class","due_at","id") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "documents_next_due" ON "documents" USING btree ("company_id","due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "documents_blocked" ON "documents" USING btree ("blocked_by") WHERE blocked_by is not null;--> statement-breakpoint
CREATE INDEX "documents_list" ON "documents" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "documents_status" ON "documents" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "documents_connection_status" ON "documents" USING btree ("connection_id","status","id");--> statement-breakpoint
CREATE INDEX "documents_cause" ON "documents" USING btree ("cause_id","id") WHERE cause_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "links_exclusive" ON "links" USING btree ("company_id","kind","quickbooks_id") WHERE exclusive;--> statement-breakpoint
CREATE INDEX "links_quickbooks" ON "links" USING btree ("company_id","kind","quickbooks_id");--> statement-breakpoint
CREATE INDEX "records_name" ON "records" USING btree ("company_id","type","name_key");--> statement-breakpoint
CREATE INDEX "records_folded" ON "records" USING btree ("company_id","type","folded_key");--> statement-breakpoint
CREATE INDEX "records_email" ON "records" USING btree ("company_id","type","email_key");--> statement-breakpoint
CREATE INDEX "records_number" ON "records" USING btree ("company_id","type","number");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_open" ON "runs" USING btree ("connection_id","job") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "runs_connection" ON "runs" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "runs_wakeable" ON "runs" USING btree ("not_before","id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "push_items_open" ON "push_items" USING btree ("document_id") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "push_items_document" ON "push_items" USING btree ("document_id","push_id");--> statement-breakpoint
CREATE INDEX "pushes_open" ON "pushes" USING btree ("company_id","id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "pushes_wakeable" ON "pushes" USING btree ("not_before","id") WHERE closed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "requests_request_id" ON "requests" USING btree ("company_id","request_id");--> statement-breakpoint
CREATE INDEX "requests_push" ON "requests" USING btree ("push_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "companies_realm" ON "companies" USING btree ("intuit_client_id","realm_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "connections_external" ON "connections" USING btree ("app_id","external_id");--> statement-breakpoint
CREATE INDEX "connections_company" ON "connections" USING btree ("company_id") WHERE company_id is not null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "dispatch_state_ready" ON "dispatch_state" USING btree ("next_ready_at");--> statement-breakpoint
CREATE INDEX "events_app" ON "events" USING btree ("app_id","transaction");