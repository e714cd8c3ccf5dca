using System.Text;

namespace MailAdmin.Tests.Provisioning;

/// <summary>cdb tables from text and back, as postmap makes them; made anew here so that the code under test is not its own witness.</summary>
internal static class CdbText
{
    /// <summary>Compiles lines <c>key, tab, value</c>.</summary>
    public static byte[] Compile(string source)
    {
        using var file = new MemoryStream(new byte[2048], 0, 2048);
        var records = new MemoryStream();
        var tables = new List<(uint Hash, uint At)>[256];
        for (var t = 0; t < 256; t++) tables[t] = [];
        using (var writer = new BinaryWriter(records, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var line in source.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
            {
                var parts = line.Split('\t', 2).Select(Encoding.UTF8.GetBytes).ToArray();
                var hash = parts[0].Aggregate(5381u, (h, b) => unchecked(h * 33) ^ b);
                tables[hash % 256].Add((hash, 2048 + (uint)records.Position));
                writer.Write(parts[0].Length);
                writer.Write(parts[1].Length);
                writer.Write(parts[0]);
                writer.Write(parts[1]);
            }
            using var head = new BinaryWriter(file);
            foreach (var table in tables)
            {
                var slots = new (uint Hash, uint At)[2 * table.Count];
                head.Write(2048 + (uint)records.Position);
                head.Write(slots.Length);
                foreach (var entry in table)
                {
                    var slot = entry.Hash / 256 % slots.Length;
                    while (slots[slot].At != 0) slot = (slot + 1) % slots.Length;
                    slots[slot] = entry;
                }
                foreach (var (hash, at) in slots)
                {
                    writer.Write(hash);
                    writer.Write(at);
                }
            }
            return [.. file.ToArray(), .. records.ToArray()];
        }
    }

    /// <summary>All rows, in their order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Rows(byte[] table)
    {
        var rows = new List<KeyValuePair<string, string>>();
        var end = Enumerable.Range(0, 256).Min(t => BitConverter.ToInt32(table, 8 * t));
        for (var at = 2048; at < end;)
        {
            var (key, value) = (BitConverter.ToInt32(table, at), BitConverter.ToInt32(table, at + 4));
            rows.Add(KeyValuePair.Create(Encoding.UTF8.GetString(table, at + 8, key), Encoding.UTF8.GetString(table, at + 8 + key, value)));
            at += 8 + key + value;
        }
        return rows;
    }
}
