using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RegistryHubSignOn : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_todos_matter_id_done_at",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_organisation_id_done_at_arrived_at",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_person_id_done_at_arrived_at",
                table: "todos");

            migrationBuilder.DropPrimaryKey(
                name: "pk_posts",
                table: "posts");

            migrationBuilder.DropPrimaryKey(
                name: "pk_people",
                table: "people");

            migrationBuilder.DropIndex(
                name: "ix_people_name",
                table: "people");

            migrationBuilder.DropPrimaryKey(
                name: "pk_organisations",
                table: "organisations");

            migrationBuilder.DropPrimaryKey(
                name: "pk_mandates",
                table: "mandates");

            migrationBuilder.RenameColumn(
                name: "matter_id",
                table: "todos",
                newName: "item_id");

            migrationBuilder.AddColumn<Guid>(
                name: "done_by",
                table: "todos",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "duty",
                table: "todos",
                type: "character varying(10)",
                maxLength: 10,
                nullable: false,
                defaultValue: "Handle");

            migrationBuilder.AddColumn<string>(
                name: "href",
                table: "todos",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "reading",
                table: "todos",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "abstained",
                table: "posts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "against",
                table: "posts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "appointed",
                table: "posts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "document",
                table: "posts",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "for",
                table: "posts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "latest",
                table: "posts",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "valid_from",
                table: "people",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified));

            migrationBuilder.AddColumn<string>(
                name: "education",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "employer",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "ethnicity",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "id_number_end",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "id_number_index",
                table: "people",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "id_number_sealed",
                table: "people",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "latest",
                table: "people",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<Guid>(
                name: "merged_into_id",
                table: "people",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "party",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "phone_end",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "phone_index",
                table: "people",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "phone_sealed",
                table: "people",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "residence",
                table: "people",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "specialities",
                table: "people",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "valid_to",
                table: "people",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "address",
                table: "organisations",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "code",
                table: "organisations",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "latest",
                table: "organisations",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "matter_id",
                table: "notices",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<Guid>(
                name: "broadcast_id",
                table: "notices",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "digest",
                table: "notices",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "path",
                table: "notices",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "recalled_at",
                table: "notices",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "reminders",
                table: "notices",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "routed",
                table: "notices",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<bool>(
                name: "by_election",
                table: "mandates",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "cause",
                table: "mandates",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "certificate_no",
                table: "mandates",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<Guid>(
                name: "constituency_id",
                table: "mandates",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "delegation_id",
                table: "mandates",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "document",
                table: "mandates",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<Guid>(
                name: "group_id",
                table: "mandates",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "latest",
                table: "mandates",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "status",
                table: "mandates",
                type: "character varying(20)",
                maxLength: 20,
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.AddColumn<Guid>(
                name: "term_id",
                table: "mandates",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "confirmed_by",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "given_by",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "lent_from_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "mandate_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "module",
                table: "grants",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "reason",
                table: "grants",
                type: "character varying(300)",
                maxLength: 300,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddPrimaryKey(
                name: "pk_posts",
                table: "posts",
                columns: new[] { "id", "valid_from" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_people",
                table: "people",
                columns: new[] { "id", "valid_from" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_organisations",
                table: "organisations",
                columns: new[] { "id", "valid_from" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_mandates",
                table: "mandates",
                columns: new[] { "id", "valid_from" });

            migrationBuilder.CreateTable(
                name: "account_devices",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    device = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    first_seen_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    remembered_until = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_devices", x => new { x.account_id, x.device });
                });

            migrationBuilder.CreateTable(
                name: "account_outside_links",
                columns: table => new
                {
                    issuer = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    linked_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_outside_links", x => new { x.issuer, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "account_recovery_codes",
                columns: table => new
                {
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_recovery_codes", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "account_second_factors",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    secret = table.Column<string>(type: "text", nullable: false),
                    set_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    last_step = table.Column<long>(type: "bigint", nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    locked_until = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_second_factors", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "account_sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    device = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    method = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    strong = table.Column<bool>(type: "boolean", nullable: false),
                    browser = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    runs_on = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    address = table.Column<string>(type: "character varying(45)", maxLength: 45, nullable: false),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "agenda_feeds",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    made_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agenda_feeds", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "application_duties",
                columns: table => new
                {
                    source = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    todo_id = table.Column<Guid>(type: "uuid", nullable: true),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_application_duties", x => new { x.source, x.key });
                });

            migrationBuilder.CreateTable(
                name: "applications",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    zh = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    en = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    icon = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    address = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    group = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    feeds = table.Column<bool>(type: "boolean", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    joined_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    retired_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_applications", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_checkpoints",
                columns: table => new
                {
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    signature = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_checkpoints", x => x.day);
                });

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    actor_id = table.Column<Guid>(type: "uuid", nullable: true),
                    actor_name = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    record = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    record_id = table.Column<Guid>(type: "uuid", nullable: true),
                    text = table.Column<string>(type: "text", nullable: false),
                    previous_hash = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.seq);
                });

            migrationBuilder.CreateTable(
                name: "broadcast_media",
                columns: table => new
                {
                    broadcast_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sha256 = table.Column<string>(type: "character(64)", fixedLength: true, maxLength: 64, nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_broadcast_media", x => new { x.broadcast_id, x.sha256 });
                });

            migrationBuilder.CreateTable(
                name: "broadcasts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    sender_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sender_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    sender_office = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    title = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    audience_json = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    recipients = table.Column<int>(type: "integer", nullable: false),
                    written = table.Column<int>(type: "integer", nullable: false),
                    cursor = table.Column<Guid>(type: "uuid", nullable: false),
                    reminded_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    recalled_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_broadcasts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "congress_sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    valid_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    valid_to = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    latest = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    term_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    of_committee = table.Column<bool>(type: "boolean", nullable: false),
                    opens = table.Column<DateOnly>(type: "date", nullable: false),
                    closes = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_congress_sessions", x => new { x.id, x.valid_from });
                });

            migrationBuilder.CreateTable(
                name: "constituencies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    valid_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    valid_to = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    latest = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    indirect = table.Column<bool>(type: "boolean", nullable: false),
                    seats = table.Column<int>(type: "integer", nullable: false),
                    regions = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_constituencies", x => new { x.id, x.valid_from });
                });

            migrationBuilder.CreateTable(
                name: "desk_places",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tile = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    pinned = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_desk_places", x => new { x.account_id, x.tile });
                });

            migrationBuilder.CreateTable(
                name: "grant_requests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    module = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    valid_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    valid_to = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    asked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    confirmed = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_grant_requests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notice_deliveries",
                columns: table => new
                {
                    notice_id = table.Column<Guid>(type: "uuid", nullable: false),
                    channel = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    last_error = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_deliveries", x => new { x.notice_id, x.channel, x.round });
                });

            migrationBuilder.CreateTable(
                name: "notice_settings",
                columns: table => new
                {
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    channels = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    digest_hour = table.Column<int>(type: "integer", nullable: true),
                    quiet_from = table.Column<int>(type: "integer", nullable: true),
                    quiet_to = table.Column<int>(type: "integer", nullable: true),
                    digested_on = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_settings", x => x.person_id);
                });

            migrationBuilder.CreateTable(
                name: "own_roles",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    zh = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    en = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    scope = table.Column<int>(type: "integer", nullable: false),
                    permissions = table.Column<string>(type: "text", nullable: false),
                    retired_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_own_roles", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "phone_codes",
                columns: table => new
                {
                    phone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ticket = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    sent_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ends_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    used_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    day_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    day = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_phone_codes", x => x.phone);
                });

            migrationBuilder.CreateTable(
                name: "registry_change_sets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    actor_id = table.Column<Guid>(type: "uuid", nullable: true),
                    actor_name = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    rows = table.Column<int>(type: "integer", nullable: false),
                    undoes = table.Column<Guid>(type: "uuid", nullable: true),
                    undone_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_change_sets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_changes",
                columns: table => new
                {
                    change_set_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    record = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    record_id = table.Column<Guid>(type: "uuid", nullable: false),
                    before = table.Column<string>(type: "text", nullable: true),
                    after = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_changes", x => new { x.change_set_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "registry_column_memory",
                columns: table => new
                {
                    header = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    field = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_column_memory", x => x.header);
                });

            migrationBuilder.CreateTable(
                name: "registry_import_rows",
                columns: table => new
                {
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    row = table.Column<int>(type: "integer", nullable: false),
                    cells = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_import_rows", x => new { x.import_id, x.row });
                });

            migrationBuilder.CreateTable(
                name: "registry_imports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    actor_name = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    headers = table.Column<string>(type: "text", nullable: false),
                    fields = table.Column<string>(type: "text", nullable: false),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: true),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    ends_others = table.Column<bool>(type: "boolean", nullable: false),
                    rows = table.Column<int>(type: "integer", nullable: false),
                    done = table.Column<int>(type: "integer", nullable: false),
                    counts = table.Column<string>(type: "text", nullable: false),
                    fault = table.Column<string>(type: "text", nullable: false),
                    change_set_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_imports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "settings",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    json = table.Column<string>(type: "text", nullable: false),
                    set_by = table.Column<Guid>(type: "uuid", nullable: false),
                    set_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_settings", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "sign_on_clients",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    logout_address = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    application_type = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    client_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    client_secret = table.Column<string>(type: "text", nullable: true),
                    client_type = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    concurrency_token = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    consent_type = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    display_name = table.Column<string>(type: "text", nullable: true),
                    display_names = table.Column<string>(type: "text", nullable: true),
                    json_web_key_set = table.Column<string>(type: "text", nullable: true),
                    permissions = table.Column<string>(type: "text", nullable: true),
                    post_logout_redirect_uris = table.Column<string>(type: "text", nullable: true),
                    properties = table.Column<string>(type: "text", nullable: true),
                    redirect_uris = table.Column<string>(type: "text", nullable: true),
                    requirements = table.Column<string>(type: "text", nullable: true),
                    settings = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_on_clients", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sign_on_scopes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    concurrency_token = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    descriptions = table.Column<string>(type: "text", nullable: true),
                    display_name = table.Column<string>(type: "text", nullable: true),
                    display_names = table.Column<string>(type: "text", nullable: true),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    properties = table.Column<string>(type: "text", nullable: true),
                    resources = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_on_scopes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sign_on_visits",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    issuer = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    next_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_on_visits", x => new { x.session_id, x.client_id });
                });

            migrationBuilder.CreateTable(
                name: "terms",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    valid_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    valid_to = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    latest = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    seats = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_terms", x => new { x.id, x.valid_from });
                });

            migrationBuilder.CreateTable(
                name: "todo_claims",
                columns: table => new
                {
                    todo_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    given_by = table.Column<Guid>(type: "uuid", nullable: true),
                    given_by_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_todo_claims", x => x.todo_id);
                });

            migrationBuilder.CreateTable(
                name: "sign_on_authorizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    application_id = table.Column<Guid>(type: "uuid", nullable: true),
                    concurrency_token = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    creation_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    properties = table.Column<string>(type: "text", nullable: true),
                    scopes = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    subject = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    type = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_on_authorizations", x => x.id);
                    table.ForeignKey(
                        name: "fk_sign_on_authorizations_sign_on_clients_application_id",
                        column: x => x.application_id,
                        principalTable: "sign_on_clients",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "sign_on_tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    application_id = table.Column<Guid>(type: "uuid", nullable: true),
                    authorization_id = table.Column<Guid>(type: "uuid", nullable: true),
                    concurrency_token = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    creation_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    expiration_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    payload = table.Column<string>(type: "text", nullable: true),
                    properties = table.Column<string>(type: "text", nullable: true),
                    redemption_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    reference_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    status = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    subject = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    type = table.Column<string>(type: "character varying(150)", maxLength: 150, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_on_tokens", x => x.id);
                    table.ForeignKey(
                        name: "fk_sign_on_tokens_sign_on_authorizations_authorization_id",
                        column: x => x.authorization_id,
                        principalTable: "sign_on_authorizations",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_sign_on_tokens_sign_on_clients_application_id",
                        column: x => x.application_id,
                        principalTable: "sign_on_clients",
                        principalColumn: "id");
                });

            migrationBuilder.CreateIndex(
                name: "ix_todos_item_id_organisation_id",
                table: "todos",
                columns: new[] { "item_id", "organisation_id" },
                unique: true,
                filter: "done_at IS NULL AND organisation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_item_id_person_id",
                table: "todos",
                columns: new[] { "item_id", "person_id" },
                unique: true,
                filter: "done_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_organisation_id_reading_done_at_id",
                table: "todos",
                columns: new[] { "organisation_id", "reading", "done_at", "id" },
                filter: "done_at IS NOT NULL AND organisation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_organisation_id_reading_due_at_id_scenario",
                table: "todos",
                columns: new[] { "organisation_id", "reading", "due_at", "id", "scenario" },
                filter: "done_at IS NULL AND organisation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_person_id_reading_done_at_id",
                table: "todos",
                columns: new[] { "person_id", "reading", "done_at", "id" },
                filter: "done_at IS NOT NULL AND person_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_person_id_reading_due_at_id_scenario",
                table: "todos",
                columns: new[] { "person_id", "reading", "due_at", "id", "scenario" },
                filter: "done_at IS NULL AND person_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_people_id_number_index",
                table: "people",
                column: "id_number_index");

            migrationBuilder.CreateIndex(
                name: "ix_people_name_id",
                table: "people",
                columns: new[] { "name", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_people_phone_index",
                table: "people",
                column: "phone_index");

            migrationBuilder.CreateIndex(
                name: "ix_organisations_parent_id",
                table: "organisations",
                column: "parent_id");

            migrationBuilder.CreateIndex(
                name: "ix_notices_broadcast_id_person_id",
                table: "notices",
                columns: new[] { "broadcast_id", "person_id" },
                unique: true,
                filter: "broadcast_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notices_broadcast_id_read_at",
                table: "notices",
                columns: new[] { "broadcast_id", "read_at" },
                filter: "broadcast_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notices_id",
                table: "notices",
                column: "id",
                filter: "NOT routed");

            migrationBuilder.CreateIndex(
                name: "ix_mandates_region",
                table: "mandates",
                column: "region");

            migrationBuilder.CreateIndex(
                name: "ix_grants_lent_from_id",
                table: "grants",
                column: "lent_from_id");

            migrationBuilder.CreateIndex(
                name: "ix_grants_mandate_id",
                table: "grants",
                column: "mandate_id");

            migrationBuilder.CreateIndex(
                name: "ix_grants_region_role",
                table: "grants",
                columns: new[] { "region", "role" });

            migrationBuilder.CreateIndex(
                name: "ix_accounts_phone_number",
                table: "accounts",
                column: "phone_number");

            migrationBuilder.CreateIndex(
                name: "ix_account_outside_links_account_id_issuer",
                table: "account_outside_links",
                columns: new[] { "account_id", "issuer" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_account_recovery_codes_account_id",
                table: "account_recovery_codes",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_account_sessions_account_id_seen_at",
                table: "account_sessions",
                columns: new[] { "account_id", "seen_at" });

            migrationBuilder.CreateIndex(
                name: "ix_account_sessions_seen_at",
                table: "account_sessions",
                column: "seen_at");

            migrationBuilder.CreateIndex(
                name: "ix_agenda_feeds_hash",
                table: "agenda_feeds",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_applications_account_id",
                table: "applications",
                column: "account_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_checkpoints_seq",
                table: "audit_checkpoints",
                column: "seq");

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_action_seq",
                table: "audit_entries",
                columns: new[] { "action", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_actor_id_seq",
                table: "audit_entries",
                columns: new[] { "actor_id", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_record_id_seq",
                table: "audit_entries",
                columns: new[] { "record_id", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_broadcast_media_sha256",
                table: "broadcast_media",
                column: "sha256");

            migrationBuilder.CreateIndex(
                name: "ix_broadcasts_sender_id_changed_at_id",
                table: "broadcasts",
                columns: new[] { "sender_id", "changed_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_broadcasts_sent_at",
                table: "broadcasts",
                column: "sent_at",
                filter: "state = 'Sending'");

            migrationBuilder.CreateIndex(
                name: "ix_congress_sessions_term_id",
                table: "congress_sessions",
                column: "term_id");

            migrationBuilder.CreateIndex(
                name: "ix_constituencies_congress_id",
                table: "constituencies",
                column: "congress_id");

            migrationBuilder.CreateIndex(
                name: "ix_grant_requests_account_id",
                table: "grant_requests",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_grant_requests_decided_at",
                table: "grant_requests",
                column: "decided_at");

            migrationBuilder.CreateIndex(
                name: "ix_notice_deliveries_changed_at_id",
                table: "notice_deliveries",
                columns: new[] { "changed_at", "id" },
                filter: "state = 'Dead'");

            migrationBuilder.CreateIndex(
                name: "ix_notice_deliveries_channel_next_at",
                table: "notice_deliveries",
                columns: new[] { "channel", "next_at" },
                filter: "state = 'Waiting'");

            migrationBuilder.CreateIndex(
                name: "ix_notice_settings_digest_hour",
                table: "notice_settings",
                column: "digest_hour",
                filter: "digest_hour IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_phone_codes_ticket",
                table: "phone_codes",
                column: "ticket",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_registry_change_sets_at",
                table: "registry_change_sets",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_registry_changes_record_id",
                table: "registry_changes",
                column: "record_id");

            migrationBuilder.CreateIndex(
                name: "ix_registry_import_rows_import_id_outcome_row",
                table: "registry_import_rows",
                columns: new[] { "import_id", "outcome", "row" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_imports_account_id_at",
                table: "registry_imports",
                columns: new[] { "account_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_authorizations_application_id_status_subject_type",
                table: "sign_on_authorizations",
                columns: new[] { "application_id", "status", "subject", "type" });

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_clients_client_id",
                table: "sign_on_clients",
                column: "client_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_scopes_name",
                table: "sign_on_scopes",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_tokens_application_id_status_subject_type",
                table: "sign_on_tokens",
                columns: new[] { "application_id", "status", "subject", "type" });

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_tokens_authorization_id",
                table: "sign_on_tokens",
                column: "authorization_id");

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_tokens_expiration_date",
                table: "sign_on_tokens",
                column: "expiration_date");

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_tokens_reference_id",
                table: "sign_on_tokens",
                column: "reference_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sign_on_visits_next_at",
                table: "sign_on_visits",
                column: "next_at");

            migrationBuilder.CreateIndex(
                name: "ix_terms_congress_id",
                table: "terms",
                column: "congress_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_devices");

            migrationBuilder.DropTable(
                name: "account_outside_links");

            migrationBuilder.DropTable(
                name: "account_recovery_codes");

            migrationBuilder.DropTable(
                name: "account_second_factors");

            migrationBuilder.DropTable(
                name: "account_sessions");

            migrationBuilder.DropTable(
                name: "agenda_feeds");

            migrationBuilder.DropTable(
                name: "application_duties");

            migrationBuilder.DropTable(
                name: "applications");

            migrationBuilder.DropTable(
                name: "audit_checkpoints");

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "broadcast_media");

            migrationBuilder.DropTable(
                name: "broadcasts");

            migrationBuilder.DropTable(
                name: "congress_sessions");

            migrationBuilder.DropTable(
                name: "constituencies");

            migrationBuilder.DropTable(
                name: "desk_places");

            migrationBuilder.DropTable(
                name: "grant_requests");

            migrationBuilder.DropTable(
                name: "notice_deliveries");

            migrationBuilder.DropTable(
                name: "notice_settings");

            migrationBuilder.DropTable(
                name: "own_roles");

            migrationBuilder.DropTable(
                name: "phone_codes");

            migrationBuilder.DropTable(
                name: "registry_change_sets");

            migrationBuilder.DropTable(
                name: "registry_changes");

            migrationBuilder.DropTable(
                name: "registry_column_memory");

            migrationBuilder.DropTable(
                name: "registry_import_rows");

            migrationBuilder.DropTable(
                name: "registry_imports");

            migrationBuilder.DropTable(
                name: "settings");

            migrationBuilder.DropTable(
                name: "sign_on_scopes");

            migrationBuilder.DropTable(
                name: "sign_on_tokens");

            migrationBuilder.DropTable(
                name: "sign_on_visits");

            migrationBuilder.DropTable(
                name: "terms");

            migrationBuilder.DropTable(
                name: "todo_claims");

            migrationBuilder.DropTable(
                name: "sign_on_authorizations");

            migrationBuilder.DropTable(
                name: "sign_on_clients");

            migrationBuilder.DropIndex(
                name: "ix_todos_item_id_organisation_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_item_id_person_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_organisation_id_reading_done_at_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_organisation_id_reading_due_at_id_scenario",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_person_id_reading_done_at_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_person_id_reading_due_at_id_scenario",
                table: "todos");

            migrationBuilder.DropPrimaryKey(
                name: "pk_posts",
                table: "posts");

            migrationBuilder.DropPrimaryKey(
                name: "pk_people",
                table: "people");

            migrationBuilder.DropIndex(
                name: "ix_people_id_number_index",
                table: "people");

            migrationBuilder.DropIndex(
                name: "ix_people_name_id",
                table: "people");

            migrationBuilder.DropIndex(
                name: "ix_people_phone_index",
                table: "people");

            migrationBuilder.DropPrimaryKey(
                name: "pk_organisations",
                table: "organisations");

            migrationBuilder.DropIndex(
                name: "ix_organisations_parent_id",
                table: "organisations");

            migrationBuilder.DropIndex(
                name: "ix_notices_broadcast_id_person_id",
                table: "notices");

            migrationBuilder.DropIndex(
                name: "ix_notices_broadcast_id_read_at",
                table: "notices");

            migrationBuilder.DropIndex(
                name: "ix_notices_id",
                table: "notices");

            migrationBuilder.DropPrimaryKey(
                name: "pk_mandates",
                table: "mandates");

            migrationBuilder.DropIndex(
                name: "ix_mandates_region",
                table: "mandates");

            migrationBuilder.DropIndex(
                name: "ix_grants_lent_from_id",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_mandate_id",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_region_role",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_accounts_phone_number",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "done_by",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "duty",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "href",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "reading",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "abstained",
                table: "posts");

            migrationBuilder.DropColumn(
                name: "against",
                table: "posts");

            migrationBuilder.DropColumn(
                name: "appointed",
                table: "posts");

            migrationBuilder.DropColumn(
                name: "document",
                table: "posts");

            migrationBuilder.DropColumn(
                name: "for",
                table: "posts");

            migrationBuilder.DropColumn(
                name: "latest",
                table: "posts");

            migrationBuilder.DropColumn(
                name: "valid_from",
                table: "people");

            migrationBuilder.DropColumn(
                name: "education",
                table: "people");

            migrationBuilder.DropColumn(
                name: "employer",
                table: "people");

            migrationBuilder.DropColumn(
                name: "ethnicity",
                table: "people");

            migrationBuilder.DropColumn(
                name: "id_number_end",
                table: "people");

            migrationBuilder.DropColumn(
                name: "id_number_index",
                table: "people");

            migrationBuilder.DropColumn(
                name: "id_number_sealed",
                table: "people");

            migrationBuilder.DropColumn(
                name: "latest",
                table: "people");

            migrationBuilder.DropColumn(
                name: "merged_into_id",
                table: "people");

            migrationBuilder.DropColumn(
                name: "party",
                table: "people");

            migrationBuilder.DropColumn(
                name: "phone_end",
                table: "people");

            migrationBuilder.DropColumn(
                name: "phone_index",
                table: "people");

            migrationBuilder.DropColumn(
                name: "phone_sealed",
                table: "people");

            migrationBuilder.DropColumn(
                name: "residence",
                table: "people");

            migrationBuilder.DropColumn(
                name: "specialities",
                table: "people");

            migrationBuilder.DropColumn(
                name: "valid_to",
                table: "people");

            migrationBuilder.DropColumn(
                name: "address",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "code",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "latest",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "broadcast_id",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "digest",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "path",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "recalled_at",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "reminders",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "routed",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "by_election",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "cause",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "certificate_no",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "constituency_id",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "delegation_id",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "document",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "group_id",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "latest",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "status",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "term_id",
                table: "mandates");

            migrationBuilder.DropColumn(
                name: "confirmed_by",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "given_by",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "lent_from_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "mandate_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "module",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "reason",
                table: "grants");

            migrationBuilder.RenameColumn(
                name: "item_id",
                table: "todos",
                newName: "matter_id");

            migrationBuilder.AlterColumn<Guid>(
                name: "matter_id",
                table: "notices",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.AddPrimaryKey(
                name: "pk_posts",
                table: "posts",
                column: "id");

            migrationBuilder.AddPrimaryKey(
                name: "pk_people",
                table: "people",
                column: "id");

            migrationBuilder.AddPrimaryKey(
                name: "pk_organisations",
                table: "organisations",
                column: "id");

            migrationBuilder.AddPrimaryKey(
                name: "pk_mandates",
                table: "mandates",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_todos_matter_id_done_at",
                table: "todos",
                columns: new[] { "matter_id", "done_at" });

            migrationBuilder.CreateIndex(
                name: "ix_todos_organisation_id_done_at_arrived_at",
                table: "todos",
                columns: new[] { "organisation_id", "done_at", "arrived_at" });

            migrationBuilder.CreateIndex(
                name: "ix_todos_person_id_done_at_arrived_at",
                table: "todos",
                columns: new[] { "person_id", "done_at", "arrived_at" });

            migrationBuilder.CreateIndex(
                name: "ix_people_name",
                table: "people",
                column: "name");
        }
    }
}
