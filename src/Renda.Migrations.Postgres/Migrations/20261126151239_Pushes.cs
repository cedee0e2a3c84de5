using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Pushes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "broadcast_media");

            migrationBuilder.DropTable(
                name: "broadcasts");

            migrationBuilder.DropTable(
                name: "notice_deliveries");

            migrationBuilder.DropTable(
                name: "notice_settings");

            migrationBuilder.DropIndex(
                name: "ix_notices_broadcast_id_person_id",
                table: "notices");

            migrationBuilder.DropIndex(
                name: "ix_notices_broadcast_id_read_at",
                table: "notices");

            migrationBuilder.DropIndex(
                name: "ix_notices_id",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "broadcast_id",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "digest",
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
        }
    }
}
