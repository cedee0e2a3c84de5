using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Boundaries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "boundary_sets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    source = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    data_day = table.Column<DateOnly>(type: "date", nullable: false),
                    datum = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    brought_by = table.Column<Guid>(type: "uuid", nullable: false),
                    brought_by_name = table.Column<string>(type: "text", nullable: false),
                    brought_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    file_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    features = table.Column<int>(type: "integer", nullable: false),
                    taken = table.Column<int>(type: "integer", nullable: false),
                    report = table.Column<string>(type: "text", nullable: false),
                    written_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    written_by_name = table.Column<string>(type: "text", nullable: false),
                    undone_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    undone_by_name = table.Column<string>(type: "text", nullable: false),
                    undone_reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_boundary_sets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "boundaries",
                columns: table => new
                {
                    set_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<long>(type: "bigint", nullable: false),
                    level = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    shape = table.Column<byte[]>(type: "bytea", nullable: false),
                    far = table.Column<byte[]>(type: "bytea", nullable: false),
                    middle = table.Column<byte[]>(type: "bytea", nullable: false),
                    near = table.Column<byte[]>(type: "bytea", nullable: false),
                    south = table.Column<double>(type: "double precision", nullable: false),
                    west = table.Column<double>(type: "double precision", nullable: false),
                    north = table.Column<double>(type: "double precision", nullable: false),
                    east = table.Column<double>(type: "double precision", nullable: false),
                    area = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_boundaries", x => new { x.set_id, x.code });
                    table.ForeignKey(
                        name: "fk_boundaries_boundary_sets_set_id",
                        column: x => x.set_id,
                        principalTable: "boundary_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_boundary_sets_data_day_written_at",
                table: "boundary_sets",
                columns: new[] { "data_day", "written_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "boundaries");

            migrationBuilder.DropTable(
                name: "boundary_sets");
        }
    }
}
