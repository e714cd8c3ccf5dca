using MailAdmin.Tests.Provisioning;
using Xunit.Runner.InProc.SystemConsole;

namespace MailAdmin.Tests;

/// <summary>The test runner, and the process that crash tests cut short.</summary>
internal static class TestProgram
{
    public static Task<int> Main(string[] args) => args is [ApplyOnce.Word, var data] ? ApplyOnce.RunAsync(data) : ConsoleRunner.Run(args);
}
