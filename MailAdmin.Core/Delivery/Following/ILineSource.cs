using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>One log of one host, giving its lines once each, from where it was left.</summary>
internal interface ILineSource : IAsyncDisposable
{
    /// <summary>What is counted about it.</summary>
    StoredSource Numbers { get; }

    /// <summary>How it stands.</summary>
    SourceState State { get; }

    /// <summary>The same in words.</summary>
    string Sentence { get; }

    /// <summary>Bytes that are written and not read yet, as far as is known.</summary>
    long BytesBehind { get; }

    /// <summary>Reads some bytes.</summary>
    /// <returns>False when there is nothing new at the moment.</returns>
    ValueTask<bool> FillAsync(CancellationToken ct);

    /// <summary>The next line of what was read; valid until the next call.</summary>
    bool TryNext(out SourceLine line);

    /// <summary>Files whose place changed since this was asked last.</summary>
    IReadOnlyList<StoredFile> TakeTouched();
}

/// <summary>A line with where it lies and who understands it.</summary>
internal ref struct SourceLine
{
    public ReadOnlySpan<byte> Bytes;
    public LinePlace Place;
    public LogParser Parser;
    /// <summary>Longer than is kept.</summary>
    public bool IsCut;
    /// <summary>It was read before a restart already.</summary>
    public bool IsOld;
}
