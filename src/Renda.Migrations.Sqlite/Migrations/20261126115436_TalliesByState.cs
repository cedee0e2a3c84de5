using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TalliesByState : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tallies_county",
                table: "tallies");

            migrationBuilder.DropIndex(
                name: "ix_tallies_unit_id",
                table: "tallies");

            migrationBuilder.CreateIndex(
                name: "ix_tallies_county_state",
                table: "tallies",
                columns: new[] { "county", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_tallies_unit_id_state",
                table: "tallies",
                columns: new[] { "unit_id", "state" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tallies_county_state",
                table: "tallies");

            migrationBuilder.DropIndex(
                name: "ix_tallies_unit_id_state",
                table: "tallies");

            migrationBuilder.CreateIndex(
                name: "ix_tallies_county",
                table: "tallies",
                column: "county");

            migrationBuilder.CreateIndex(
                name: "ix_tallies_unit_id",
                table: "tallies",
                column: "unit_id");
        }
    }
}
