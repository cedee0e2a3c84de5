using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class ReporterPlaces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matter_reporters_person_id",
                table: "matter_reporters");

            migrationBuilder.AddColumn<long>(
                name: "matter_serial",
                table: "matter_reporters",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            // What the rows before have; from here on it is folded with the events.
            migrationBuilder.Sql("UPDATE matter_reporters r SET matter_serial = m.serial FROM matters m WHERE m.id = r.matter_id");

            migrationBuilder.CreateIndex(
                name: "ix_matter_reporters_person_id_matter_serial",
                table: "matter_reporters",
                columns: new[] { "person_id", "matter_serial" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matter_reporters_person_id_matter_serial",
                table: "matter_reporters");

            migrationBuilder.DropColumn(
                name: "matter_serial",
                table: "matter_reporters");

            migrationBuilder.CreateIndex(
                name: "ix_matter_reporters_person_id",
                table: "matter_reporters",
                column: "person_id");
        }
    }
}
