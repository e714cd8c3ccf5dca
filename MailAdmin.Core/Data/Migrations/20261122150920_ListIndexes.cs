using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MailAdmin.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class ListIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_DisplayName_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_DomainId_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_QuotaBytes_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_State_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_TrashedUntil",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_UpdatedAt_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_AliasTargets_Target",
                table: "AliasTargets");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_DomainId_Address",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_ExpiresAt_Address",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_TrashedUntil",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_UpdatedAt_Address",
                table: "Aliases");

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_DomainId_TrashedUntil_Address_DisplayName_State_QuotaBytes_UpdatedAt_Note",
                table: "Mailboxes",
                columns: new[] { "DomainId", "TrashedUntil", "Address", "DisplayName", "State", "QuotaBytes", "UpdatedAt", "Note" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_TrashedUntil_Address",
                table: "Mailboxes",
                columns: new[] { "TrashedUntil", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_TrashedUntil_DisplayName_Address",
                table: "Mailboxes",
                columns: new[] { "TrashedUntil", "DisplayName", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_TrashedUntil_QuotaBytes_Address",
                table: "Mailboxes",
                columns: new[] { "TrashedUntil", "QuotaBytes", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_TrashedUntil_State_Address",
                table: "Mailboxes",
                columns: new[] { "TrashedUntil", "State", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_TrashedUntil_UpdatedAt_Address",
                table: "Mailboxes",
                columns: new[] { "TrashedUntil", "UpdatedAt", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_AliasTargets_Target_AliasId",
                table: "AliasTargets",
                columns: new[] { "Target", "AliasId" });

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_DomainId_TrashedUntil_Address_UpdatedAt_ExpiresAt_Comment",
                table: "Aliases",
                columns: new[] { "DomainId", "TrashedUntil", "Address", "UpdatedAt", "ExpiresAt", "Comment" });

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_TrashedUntil_Address",
                table: "Aliases",
                columns: new[] { "TrashedUntil", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_TrashedUntil_ExpiresAt_Address",
                table: "Aliases",
                columns: new[] { "TrashedUntil", "ExpiresAt", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_TrashedUntil_UpdatedAt_Address",
                table: "Aliases",
                columns: new[] { "TrashedUntil", "UpdatedAt", "Address" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_DomainId_TrashedUntil_Address_DisplayName_State_QuotaBytes_UpdatedAt_Note",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_TrashedUntil_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_TrashedUntil_DisplayName_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_TrashedUntil_QuotaBytes_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_TrashedUntil_State_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_Mailboxes_TrashedUntil_UpdatedAt_Address",
                table: "Mailboxes");

            migrationBuilder.DropIndex(
                name: "IX_AliasTargets_Target_AliasId",
                table: "AliasTargets");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_DomainId_TrashedUntil_Address_UpdatedAt_ExpiresAt_Comment",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_TrashedUntil_Address",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_TrashedUntil_ExpiresAt_Address",
                table: "Aliases");

            migrationBuilder.DropIndex(
                name: "IX_Aliases_TrashedUntil_UpdatedAt_Address",
                table: "Aliases");

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_DisplayName_Address",
                table: "Mailboxes",
                columns: new[] { "DisplayName", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_DomainId_Address",
                table: "Mailboxes",
                columns: new[] { "DomainId", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_QuotaBytes_Address",
                table: "Mailboxes",
                columns: new[] { "QuotaBytes", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_State_Address",
                table: "Mailboxes",
                columns: new[] { "State", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_TrashedUntil",
                table: "Mailboxes",
                column: "TrashedUntil");

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_UpdatedAt_Address",
                table: "Mailboxes",
                columns: new[] { "UpdatedAt", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_AliasTargets_Target",
                table: "AliasTargets",
                column: "Target");

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_DomainId_Address",
                table: "Aliases",
                columns: new[] { "DomainId", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_ExpiresAt_Address",
                table: "Aliases",
                columns: new[] { "ExpiresAt", "Address" });

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_TrashedUntil",
                table: "Aliases",
                column: "TrashedUntil");

            migrationBuilder.CreateIndex(
                name: "IX_Aliases_UpdatedAt_Address",
                table: "Aliases",
                columns: new[] { "UpdatedAt", "Address" });
        }
    }
}
