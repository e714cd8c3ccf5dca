using System.Runtime.CompilerServices;
using System.Text;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>Compares with a file that was looked at by a person.</summary>
internal static class Golden
{
    public static void Same(string name, byte[] written, [CallerFilePath] string here = "") =>
        Assert.Equal(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Golden", name)), Encoding.UTF8.GetString(written));
}
