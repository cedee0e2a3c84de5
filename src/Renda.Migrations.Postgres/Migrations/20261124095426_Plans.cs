using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Plans : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // PostgreSQL finds out by itself what SQLite is told here; the name stands for the same schema, which backups compare.

        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {

        }
    }
}
