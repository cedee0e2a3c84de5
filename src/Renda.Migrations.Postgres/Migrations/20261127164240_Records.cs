using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Records : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "record_changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    source = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_record_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "record_facts",
                columns: table => new
                {
                    measure = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    source = table.Column<Guid>(type: "uuid", nullable: false),
                    known_on = table.Column<DateOnly>(type: "date", nullable: false),
                    division = table.Column<long>(type: "bigint", nullable: false),
                    unit_id = table.Column<Guid>(type: "uuid", nullable: false),
                    category = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_record_facts", x => new { x.measure, x.day, x.seq, x.ordinal });
                });

            migrationBuilder.CreateIndex(
                name: "ix_record_facts_measure_division_day",
                table: "record_facts",
                columns: new[] { "measure", "division", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_record_facts_source",
                table: "record_facts",
                column: "source");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "record_changes");

            migrationBuilder.DropTable(
                name: "record_facts");
        }
    }
}
