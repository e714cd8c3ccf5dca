using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <remarks>Entries that are done with are packed by another thread while the next lines are read, some hundreds at a time; what is left of these when the batch is written is packed by the thread that writes.</remarks>
internal sealed partial class TraceWriter
{
    private const int AtOnce = 256;
    private const int MostHanded = 16;

    private readonly Dictionary<string, int> _hosts = new(StringComparer.Ordinal);
    private List<StoredEntry> _awaiting = new(AtOnce);
    private Task _packing = Task.CompletedTask;
    private int _handed;

    private void Await(StoredEntry entry)
    {
        _taken++;
        _awaiting.Add(entry);
        if (_awaiting.Count < AtOnce) return;
        if (_handed >= MostHanded) WaitForPacking();
        _handed++;
        _packing = PackAfterAsync(_packing, _awaiting);
        _awaiting = new List<StoredEntry>(AtOnce);
    }

    private async Task PackAfterAsync(Task before, List<StoredEntry> entries)
    {
        await before.ConfigureAwait(false);
        await Task.Run(() => PackDone(entries)).ConfigureAwait(false);
    }

    // From here on nobody but this thread uses the words, the packer and the batch.
    private void Drain()
    {
        WaitForPacking();
        PackDone(_awaiting);
        _awaiting.Clear();
    }

    private void WaitForPacking()
    {
        _packing.GetAwaiter().GetResult();
        (_packing, _handed) = (Task.CompletedTask, 0);
    }

    private void PackDone(List<StoredEntry> entries)
    {
        foreach (var entry in entries) Pack(entry, _now.Done, _now.AddressesOfDone);
    }

    private void PackChanged()
    {
        foreach (var message in _changed)
        {
            if (message is null) continue;
            message.IsChanged = false;
            if (message.StoreId == 0) message.StoreId = _ids.Next(message.FirstSeen);
            var entry = new StoredEntry { Id = message.StoreId, Kind = TraceKind.Message, IsOpen = !message.IsGiven, Message = message };
            // Dovecot's line about a delivery may come when the message was done with.
            if (!message.IsGiven) Pack(entry, _now.Open, _now.AddressesOfRows);
            else if (message.DoneIn == _batch) Pack(entry, _now.Done, _now.AddressesOfDone);
            else Pack(entry, _now.Again, _now.AddressesOfRows);
        }
        _changed.Clear();
    }

    private void Pack(StoredEntry entry, List<Batch.Waiter> to, AddressList addresses)
    {
        if (entry.Message is not { } message)
        {
            Write(entry, to, addresses, [], wasOpen: false);
            return;
        }
        // A late line may change it even now.
        lock (message)
        {
            message.Terms = Write(entry, to, addresses, message.Terms, message.IsStoredOpen);
            message.IsStoredOpen = entry.IsOpen;
        }
    }

    private int[] Write(StoredEntry entry, List<Batch.Waiter> to, AddressList addresses, int[] before, bool wasOpen)
    {
        EntryCodec.Write(entry, _packer);
        var terms = Terms.Of(entry, _scratch);
        _now.Add(to, entry.Id, _packer.Written, terms, before, wasOpen);
        addresses.Add(entry);
        return terms;
    }
}
