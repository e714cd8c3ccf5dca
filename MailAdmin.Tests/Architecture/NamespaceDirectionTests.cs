using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Architecture;

/// <summary>Which subject may know which: what the README's map of folders promises, held by reading the sources.</summary>
public sealed partial class NamespaceDirectionTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Addresses"] = [],
        ["Administrators"] = ["Addresses", "Audit", "Data", "Domains", "Mailboxes"],
        ["Audit"] = ["Administrators", "Data"],
        ["Domains"] = ["Addresses", "Administrators", "Audit", "Data", "Hosts", "Mailboxes", "Aliases"],
        ["Mailboxes"] = ["Addresses", "Administrators", "Audit", "Data", "Hosts", "Domains", "Aliases"],
        ["Aliases"] = ["Addresses", "Administrators", "Audit", "Data", "Hosts", "Domains", "Mailboxes"],
        ["AddressBook"] = ["Addresses", "Administrators", "Audit", "Data", "Domains", "Mailboxes", "Aliases"],
        ["Adoption"] = ["Addresses", "Administrators", "Data", "Hosts", "Mailboxes", "Provisioning", "Transfer"],
        ["Hosts"] = ["Addresses", "Administrators", "Audit", "Data", "Provisioning"],
        ["Provisioning"] = ["Addresses", "AddressBook", "Administrators", "Audit", "Data", "Domains", "Mailboxes", "Aliases", "Hosts"],
        ["Delivery"] = ["Addresses", "Administrators", "Audit", "Data", "Hosts"],
        ["Probes"] = ["Addresses", "Administrators", "Audit", "Data", "Domains", "Mailboxes", "Hosts", "ClientSetup", "Delivery", "Provisioning"],
        ["Certificates"] = ["Addresses", "Administrators", "Audit", "Data", "Domains", "Hosts", "Mailboxes", "Probes", "Provisioning"],
        ["ClientSetup"] = ["Addresses", "Administrators", "Data", "Domains", "Hosts", "Mailboxes"],
        ["Transfer"] = ["Addresses", "AddressBook", "Administrators", "Audit", "Data", "Domains", "Mailboxes", "Aliases", "Hosts"],
    };

    [Fact]
    public void Core_Subjects_KnowOnlyThoseBelowThem()
    {
        var core = Path.Combine(Repository(), "MailAdmin.Core");
        var wrong =
            from subject in MayKnow.Keys
            let folder = Path.Combine(core, subject)
            where Directory.Exists(folder)
            from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/Migrations/", StringComparison.Ordinal)
            from Match match in Reference().Matches(File.ReadAllText(file))
            let other = match.Groups[1].Value
            where MayKnow.ContainsKey(other) && other != subject && !MayKnow[subject].Contains(other)
            select $"{Path.GetRelativePath(core, file)} knows {other}";
        Assert.Equal("", string.Join("\n", wrong.Distinct()));
    }

    [Fact]
    public void Core_EverySubjectFolder_IsOnTheMap()
    {
        string[] free = ["Data", "bin", "obj"];
        var folders = Directory.EnumerateDirectories(Path.Combine(Repository(), "MailAdmin.Core")).Select(d => Path.GetFileName(d)!).Except(free);
        Assert.Empty(folders.Except(MayKnow.Keys));
    }

    [Fact]
    public void Core_NothingKnowsTheWeb()
    {
        var wrong = Directory.EnumerateFiles(Path.Combine(Repository(), "MailAdmin.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("MailAdmin.Web", StringComparison.Ordinal) || text.Contains("MudBlazor", StringComparison.Ordinal) || text.Contains("Microsoft.AspNetCore.Components", StringComparison.Ordinal)));
        Assert.Empty(wrong);
    }

    internal static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"MailAdmin\.Core\.([A-Z]\w+)")]
    private static partial Regex Reference();
}
