using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Hosts;

public partial class LocalMailHost
{
    /// <inheritdoc />
    public Task<IHostLog?> OpenLogAsync(string path, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            var handle = Posix.OpenForReading(HostPath.Require(path));
            if (handle is null) return Task.FromResult<IHostLog?>(null);
            if (Posix.Look(handle, path) is { IsRegular: true } seen) return Task.FromResult<IHostLog?>(new LocalLog(path, handle, seen.Identity));
            handle.Dispose();
            throw new HostFileException(path, $"{path} is no regular file.");
        }
        catch (IOException e)
        {
            throw LogFailed(path, e);
        }
    }

    /// <inheritdoc />
    public Task<IHostOutput> StreamAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var program = PermittedPrograms.Find(command) ?? throw new HostCommandException(command, $"{command[0]} is not installed on this machine.");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            process.StandardInput.Close();
            return Task.FromResult<IHostOutput>(new LocalOutput(process));
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            process.Dispose();
            throw new HostCommandException(command, $"{program} could not be started: {e.Message}", null, e);
        }
    }

    private static HostFileException LogFailed(string path, IOException e) =>
        new(path, e.Message, e) { IsDenied = e.HResult is 13 or 1 };   // EACCES, EPERM

    private sealed class LocalLog(string path, SafeFileHandle handle, HostLogIdentity identity) : IHostLog
    {
        public HostLogIdentity Identity => identity;

        public Task<HostLogInfo> LookAsync(CancellationToken ct)
        {
            try
            {
                var seen = Posix.Look(handle, path);
                return Task.FromResult(new HostLogInfo(seen.Length, seen.ModifiedAt, Posix.Look(path)?.Identity));
            }
            catch (IOException e)
            {
                throw LogFailed(path, e);
            }
        }

        public ValueTask<int> ReadAsync(long offset, Memory<byte> into, CancellationToken ct)
        {
            try
            {
                return ValueTask.FromResult(RandomAccess.Read(handle, into.Span, offset));
            }
            catch (IOException e)
            {
                throw LogFailed(path, e);
            }
        }

        public ValueTask DisposeAsync()
        {
            handle.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class LocalOutput : IHostOutput
    {
        private const int MostError = 4096;

        private readonly Process _process;
        private readonly Task _complaining;
        private readonly StringBuilder _error = new();

        public LocalOutput(Process process)
        {
            _process = process;
            _complaining = ComplainAsync();
        }

        public string Error
        {
            get { lock (_error) return _error.ToString(); }
        }

        public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct) => _process.StandardOutput.BaseStream.ReadAsync(into, ct);

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
            await _complaining;
            _process.Dispose();
        }

        private async Task ComplainAsync()
        {
            var buffer = new char[512];
            int count;
            while ((count = await _process.StandardError.ReadAsync(buffer)) > 0)
                lock (_error)
                    if (_error.Length < MostError) _error.Append(buffer, 0, Math.Min(count, MostError - _error.Length));
        }
    }
}
