CREATE TABLE "workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" text NOT NULL,
	"jobs" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
