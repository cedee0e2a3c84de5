using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Stations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "stations_codes",
                columns: table => new
                {
                    code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: false),
                    of_deputy = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_codes", x => x.code);
                });

            migrationBuilder.CreateTable(
                name: "stations_details",
                columns: table => new
                {
                    station_id = table.Column<Guid>(type: "uuid", nullable: false),
                    level = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    head = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    liaison = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    phone = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    address = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    hours = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    facilities = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    latitude = table.Column<double>(type: "double precision", nullable: true),
                    longitude = table.Column<double>(type: "double precision", nullable: true),
                    stars = table.Column<int>(type: "integer", nullable: false),
                    stars_year = table.Column<int>(type: "integer", nullable: false),
                    plan = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_details", x => x.station_id);
                });

            migrationBuilder.CreateTable(
                name: "stations_duties",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    station_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    begins = table.Column<TimeOnly>(type: "time without time zone", nullable: false),
                    ends = table.Column<TimeOnly>(type: "time without time zone", nullable: false),
                    theme = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    officials = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    published_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    cancelled_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    cancel_reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_duties", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stations_duty_deputies",
                columns: table => new
                {
                    duty_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_duty_deputies", x => new { x.duty_id, x.person_id });
                });

            migrationBuilder.CreateTable(
                name: "stations_placements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    station_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tier = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_placements", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stations_reception_deputies",
                columns: table => new
                {
                    reception_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tier = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_reception_deputies", x => new { x.reception_id, x.person_id });
                });

            migrationBuilder.CreateTable(
                name: "stations_receptions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    station_id = table.Column<Guid>(type: "uuid", nullable: false),
                    duty_id = table.Column<Guid>(type: "uuid", nullable: true),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    voters = table.Column<int>(type: "integer", nullable: false),
                    officials = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    note = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    recorded_by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    recorded_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_receptions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stations_voices",
                columns: table => new
                {
                    matter_id = table.Column<Guid>(type: "uuid", nullable: false),
                    station_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_index = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    contact_sealed = table.Column<string>(type: "text", nullable: true),
                    anonymous = table.Column<bool>(type: "boolean", nullable: false),
                    reception_id = table.Column<Guid>(type: "uuid", nullable: true),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    erased_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stations_voices", x => x.matter_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_stations_codes_owner_id",
                table: "stations_codes",
                column: "owner_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stations_duties_station_id_day",
                table: "stations_duties",
                columns: new[] { "station_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_stations_duty_deputies_person_id",
                table: "stations_duty_deputies",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_stations_placements_person_id",
                table: "stations_placements",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_stations_placements_station_id",
                table: "stations_placements",
                column: "station_id");

            migrationBuilder.CreateIndex(
                name: "ix_stations_reception_deputies_person_id",
                table: "stations_reception_deputies",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_stations_receptions_station_id_day",
                table: "stations_receptions",
                columns: new[] { "station_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_stations_voices_code_index",
                table: "stations_voices",
                column: "code_index",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stations_voices_kept",
                table: "stations_voices",
                column: "at",
                filter: "contact_sealed IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_stations_voices_reception_id",
                table: "stations_voices",
                column: "reception_id");

            migrationBuilder.CreateIndex(
                name: "ix_stations_voices_station_id_at",
                table: "stations_voices",
                columns: new[] { "station_id", "at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "stations_codes");

            migrationBuilder.DropTable(
                name: "stations_details");

            migrationBuilder.DropTable(
                name: "stations_duties");

            migrationBuilder.DropTable(
                name: "stations_duty_deputies");

            migrationBuilder.DropTable(
                name: "stations_placements");

            migrationBuilder.DropTable(
                name: "stations_reception_deputies");

            migrationBuilder.DropTable(
                name: "stations_receptions");

            migrationBuilder.DropTable(
                name: "stations_voices");
        }
    }
}
