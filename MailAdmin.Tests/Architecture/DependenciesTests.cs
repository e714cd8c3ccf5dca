using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Architecture;

public sealed partial class DependenciesTests
{
    [Fact]
    public void EveryPackage_HasItsReasonWrittenDown()
    {
        var reasons = File.ReadAllText(Path.Combine(Root(), "docs/decisions/dependencies.md"));
        var packages = Package().Matches(File.ReadAllText(Path.Combine(Root(), "Directory.Packages.props"))).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Contains(package, reasons, StringComparison.Ordinal));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Package();
}
