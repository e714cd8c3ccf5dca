using System.Text;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Api;

/// <summary>Values for the parameters of routes.</summary>
internal static partial class Samples
{
    /// <summary>The route with a value for each parameter: something that is not there.</summary>
    public static string Fill(string pattern) => Parameter().Replace(pattern, m => m.Groups[1].Value switch
    {
        "id" => "987654",
        "address" => "nobody@nowhere.test",
        "name" or "domain" => "nowhere.test",
        _ => "nothing",
    });

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    [GeneratedRegex(@"\{\**([A-Za-z]+)[^}]*\}")]
    private static partial Regex Parameter();
}
