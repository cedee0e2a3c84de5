using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class UnitPartsOnce : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // What the rows before have; from here on it is folded with the events.
            migrationBuilder.Sql("""
                UPDATE assignments SET beside = 0
                WHERE beside AND EXISTS (SELECT 1 FROM assignments b WHERE b.matter_id = assignments.matter_id AND b.unit_id = assignments.unit_id AND b.beside AND b.id < assignments.id)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // Parts that stand beside another are found by the one that stands for them in either version.
        }
    }
}
