using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Certificates;

/// <summary>What a certificate's names must look like: they go into configuration files, arguments and file names.</summary>
internal static class CertificateNames
{
    private const int Most = 100;

    /// <summary>Reads names; the first is the main one. International names become A-labels.</summary>
    public static IReadOnlyList<string> Read(IEnumerable<string> names, string field, Reasons reasons)
    {
        var read = new List<string>();
        foreach (var given in names.Select(name => name.Trim()).Where(name => name.Length > 0))
        {
            var (prefix, rest) = given.StartsWith("*.", StringComparison.Ordinal) ? ("*.", given[2..]) : ("", given);
            if (!DomainName.TryParse(rest, out var name, out var why)) reasons.Add(why, field, ShownText.Of(given, 80));
            else if (!read.Contains(prefix + name)) read.Add(prefix + name);
        }
        if (read.Count == 0 && !reasons.Any) reasons.Add(new Malformed(field, null, "No name was given.", "Give the name that clients connect to, such as mail.example.org."));
        if (read.Count > Most) reasons.Add(new Malformed(field, $"{read.Count}", $"{read.Count} names are too many for one certificate.", $"Give up to {Most}; authorities take no more either."));
        return read;
    }

    public static NotFound Unknown(string name) => new("name", ShownText.Of(name, 80), $"There is no certificate {ShownText.Of(name, 80)}.", "See the list of certificates.");
}
