using System.Diagnostics;
using System.Text;

namespace MailAdmin.Core.Hosts;

public partial class LocalMailHost
{
    private const int MostOutput = 64 << 20;
    private const int MostErrors = 1 << 20;

    // .NET raises its own limit of open files to the highest, children inherit it, and daemons that close every possible
    // one at start then take long. util-linux, which every Debian has, lowers it for the program alone.
    private const string DescriptorLimiter = "/usr/bin/prlimit";
    private static readonly string OpenFiles = $"--nofile={Math.Min(65536, Posix.MostOpenFiles)}:";

    // These may leave a daemon behind that keeps the pipes open after they have ended: what is quiet for this long has said all.
    // Of every other program the end of the output is waited for; on a busy machine it comes well after the program's own end.
    private static readonly HashSet<string> LeaveDaemons = ["dovecot", "postfix", "systemctl"];
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc />
    public async Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        Captured said = new(MostOutput), complained = new(MostErrors);
        var exitCode = await RunAsync(command, input, said, complained, timeout ?? TimeSpan.FromSeconds(30), ct);
        return new CommandResult(exitCode, said.ToString(), complained.ToString());
    }

    /// <inheritdoc />
    public async Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        HandedOver handed = new(take);
        Captured complained = new(MostErrors);
        try
        {
            var exitCode = await RunAsync(command, default, handed, complained, timeout ?? TimeSpan.FromMinutes(10), ct);
            return new StreamedResult(handed.IsEnough ? null : exitCode, complained.ToString());
        }
        catch (EnoughException)
        {
            return new StreamedResult(null, complained.ToString());
        }
    }

    private async Task<int> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, ISink said, Captured complained, TimeSpan limit, CancellationToken ct)
    {
        using var process = Start(command);
        using var expired = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, expired.Token);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        var output = ReadAsync(process.StandardOutput.BaseStream, said, reading.Token);
        var errors = ReadAsync(process.StandardError.BaseStream, complained, reading.Token);
        var feeding = FeedAsync(process.StandardInput.BaseStream, input, reading.Token);
        try
        {
            // Too much output ends a reader before the program has ended.
            var ending = process.WaitForExitAsync(either.Token);
            while (!ending.IsCompleted)
            {
                var first = await Task.WhenAny([ending, .. new[] { output, errors }.Where(reader => !reader.IsCompleted)]);
                if (first != ending) await first;
            }
            await ending;
            var readers = Task.WhenAll(output, errors);
            if (LeaveDaemons.Contains(command[0])) await DrainAsync(readers, () => said.Taken + complained.Taken, either.Token);
            else await readers.WaitAsync(either.Token);
            await reading.CancelAsync();
            return process.ExitCode;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HostCommandException(command, $"{command[0]} did not end within {limit.TotalSeconds:0} s and was stopped.");
        }
        catch (InvalidDataException e)
        {
            throw new HostCommandException(command, $"{command[0]} wrote more than MailAdmin reads and was stopped.", null, e);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await reading.CancelAsync();
            await Task.WhenAll(output, errors, feeding).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        var program = PermittedPrograms.Find(command)
            ?? throw new HostCommandException(command, $"{command[0]} is not installed on this machine.");
        var start = new ProcessStartInfo(DescriptorLimiter)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false, WorkingDirectory = "/",
        };
        foreach (var argument in (string[])[OpenFiles, "--", program, .. command.Skip(1)]) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            return process;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            process.Dispose();
            throw new HostCommandException(command, $"{program} could not be started: {e.Message}", null, e);
        }
    }

    private async Task DrainAsync(Task readers, Func<long> amount, CancellationToken ct)
    {
        for (var before = -1L; !readers.IsCompleted && amount() is var now && now != before; before = now)
            await Task.WhenAny(readers, Task.Delay(Quiet, time, ct));
        if (readers.IsCompleted) await readers;
    }

    private static async Task ReadAsync(Stream stream, ISink to, CancellationToken ct)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, ct)) > 0) to.Take(buffer.AsMemory(0, count));
        }
        catch (OperationCanceledException)
        {
            // What came until then is the answer: see Quiet. A program that was stopped gives no answer at all.
        }
    }

    private static async Task FeedAsync(Stream stream, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        await using (stream)
        {
            try
            {
                await stream.WriteAsync(input, ct);
            }
            catch (IOException)
            {
                // The program ended, or closed its input, without reading all. Its exit code says whether that is an error.
            }
        }
    }

    private interface ISink
    {
        /// <summary>Bytes so far.</summary>
        long Taken { get; }

        void Take(ReadOnlyMemory<byte> bytes);
    }

    private sealed class Captured(int most) : MemoryStream, ISink
    {
        public long Taken => Length;

        public void Take(ReadOnlyMemory<byte> bytes)
        {
            if (Length + bytes.Length > most) throw new InvalidDataException("Too much output.");
            Write(bytes.Span);
        }

        public override string ToString() => Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);
    }

    private sealed class HandedOver(Func<ReadOnlyMemory<byte>, bool> take) : ISink
    {
        public long Taken { get; private set; }

        public bool IsEnough { get; private set; }

        public void Take(ReadOnlyMemory<byte> bytes)
        {
            if (IsEnough) return;
            Taken += bytes.Length;
            if (take(bytes)) return;
            IsEnough = true;
            throw new EnoughException();
        }
    }

    // Ends the reading, and so the program; never leaves this class.
    private sealed class EnoughException : Exception;
}
