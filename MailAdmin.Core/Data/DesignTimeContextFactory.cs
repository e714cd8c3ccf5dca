using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace MailAdmin.Core.Data;

/// <summary>Gives <c>dotnet ef</c> a context without starting the portal. Never used at run time.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<MailAdminContext>
{
    public MailAdminContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<MailAdminContext>().UseSqlite("Data Source=design-time.db").Options);
}
