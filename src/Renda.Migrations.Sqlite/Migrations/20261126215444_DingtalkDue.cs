using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DingtalkDue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "due_at",
                table: "dingtalk_tasks",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "reading",
                table: "dingtalk_tasks",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            // What is there already is due there as it is here: nothing needs to be made anew.
            migrationBuilder.Sql("UPDATE dingtalk_tasks SET due_at = (SELECT due_at FROM todos WHERE todos.id = todo_id)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "due_at",
                table: "dingtalk_tasks");

            migrationBuilder.DropColumn(
                name: "reading",
                table: "dingtalk_tasks");
        }
    }
}
