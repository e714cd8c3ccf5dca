using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MailAdmin.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class NarrowIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_DisplayName",
                table: "Mailboxes",
                column: "DisplayName",
                filter: "\"DisplayName\" <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_Note",
                table: "Mailboxes",
                column: "Note",
                filter: "\"Note\" <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_DomainId",
                table: "Mailboxes",
                column: "DomainId");

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_Comment",
                table: "Aliases",
                column: "Comment",
                filter: "\"Comment\" <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_DomainId",
                table: "Aliases",
                column: "DomainId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_DisplayName",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_Note",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_DomainId",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_Comment",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_DomainId",
                table: "Aliases");
        }
    }
}
