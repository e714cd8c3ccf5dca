using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>
/// A DNS UPDATE is an ordinary DNS message with other meanings for its sections: the zone, conditions (none here), the changes. A TSIG record at its end
/// signs all of it with a key that both sides know.
/// </summary>
/// <remarks>Source: RFC 2136 2 (format), 2.5.1 (add), 2.5.4 (delete one record); RFC 8945 4.2, 4.3 (TSIG).</remarks>
internal static class DnsUpdateMessage
{
    private const ushort Txt = 16, Soa = 6, Tsig = 250, In = 1, Any = 255, None = 254;
    private const ushort OpcodeUpdate = 5 << 11;
    private const ushort FudgeSeconds = 300;

    /// <summary>One TXT record, added or taken away, signed.</summary>
    public static byte[] Write(ushort id, string zone, string name, string text, bool add, int timeToLiveSeconds, TsigKey key, DateTimeOffset now)
    {
        var body = new Writer();
        body.U16(id);
        body.U16(OpcodeUpdate);
        body.U16(1);                            // zones
        body.U16(0);                            // conditions
        body.U16(1);                            // changes
        body.U16(0);                            // further records; the signature is not counted yet (RFC 8945 4.3.1)
        body.Name(zone);
        body.U16(Soa);
        body.U16(In);
        body.Name(name);
        body.U16(Txt);
        body.U16(add ? In : None);
        body.U32(add ? (uint)timeToLiveSeconds : 0);
        var data = Strings(text);
        body.U16((ushort)data.Length);
        body.Bytes(data);

        var seconds = (ulong)now.ToUnixTimeSeconds();
        var signed = new Writer();
        signed.Bytes(body.Written);
        signed.Name(key.Name);
        signed.U16(Any);
        signed.U32(0);
        signed.Name(key.AlgorithmName);
        signed.U48(seconds);
        signed.U16(FudgeSeconds);
        signed.U16(0);                          // error
        signed.U16(0);                          // other data
        var mac = key.Sign(signed.Written);

        body.Name(key.Name);
        body.U16(Tsig);
        body.U16(Any);
        body.U32(0);
        var rdata = new Writer();
        rdata.Name(key.AlgorithmName);
        rdata.U48(seconds);
        rdata.U16(FudgeSeconds);
        rdata.U16((ushort)mac.Length);
        rdata.Bytes(mac);
        rdata.U16(id);
        rdata.U16(0);
        rdata.U16(0);
        body.U16((ushort)rdata.Written.Length);
        body.Bytes(rdata.Written);
        var message = body.Written;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), 1);
        return message;
    }

    /// <summary>What the server answered: null when it did it, else why not, for a person.</summary>
    /// <exception cref="FormatException">The answer is none.</exception>
    public static string? Read(ReadOnlySpan<byte> answer, ushort id)
    {
        if (answer.Length < 12 || BinaryPrimitives.ReadUInt16BigEndian(answer) != id || (answer[2] & 0x80) == 0) throw new FormatException("The DNS server's answer is no answer to the update.");
        var code = answer[3] & 0x0f;
        if (code == 0) return null;
        // The signature's own error is the last word of the record at the end (RFC 8945 4.2): error, length of other data, other data.
        return (code, TsigError(answer)) switch
        {
            (9, 16) => "the signature is not right (BADSIG): the key's content or algorithm differs on the server",
            (9, 17) => "the server does not know the key (BADKEY): its name or algorithm differs",
            (9, 18) => "the clocks of the server and of this machine differ by more than five minutes (BADTIME)",
            (1, _) => "the server did not understand the update (FORMERR)",
            (2, _) => "the server failed (SERVFAIL): it could not write the zone",
            (4, _) => "the server takes no updates (NOTIMP)",
            (5, _) => "the server refuses the update (REFUSED): its configuration does not permit this key to change this name",
            (9, _) => "the server is not authoritative for the zone, or does not accept the key (NOTAUTH)",
            (10, _) => "the name is not in the zone (NOTZONE)",
            _ => $"the server answered with code {code}",
        };
    }

    private static int TsigError(ReadOnlySpan<byte> answer)
    {
        var additional = BinaryPrimitives.ReadUInt16BigEndian(answer[10..]);
        if (additional == 0) return 0;
        // Without other data, the error stands in the last four bytes; BADTIME carries six bytes of time.
        foreach (var other in (int[])[0, 6])
        {
            var at = answer.Length - other - 4;
            if (at > 12 && BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 2)..]) == other && BinaryPrimitives.ReadUInt16BigEndian(answer[at..]) is var error and >= 16 and <= 23) return error;
        }
        return 0;
    }

    // RFC 1035 3.3.14: strings of at most 255 bytes.
    private static byte[] Strings(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var to = new Writer();
        for (var at = 0; at == 0 || at < bytes.Length; at += 255)
        {
            var part = bytes.AsSpan(at, Math.Min(255, bytes.Length - at));
            to.U8((byte)part.Length);
            to.Bytes(part);
        }
        return to.Written;
    }

    private sealed class Writer
    {
        private readonly MemoryStream _to = new();

        public byte[] Written => _to.ToArray();

        public void U8(byte value) => _to.WriteByte(value);

        public void U16(ushort value) => _to.Write([(byte)(value >> 8), (byte)value]);

        public void U32(uint value)
        {
            U16((ushort)(value >> 16));
            U16((ushort)value);
        }

        public void U48(ulong value)
        {
            U16((ushort)(value >> 32));
            U32((uint)value);
        }

        public void Bytes(ReadOnlySpan<byte> bytes) => _to.Write(bytes);

        // Lower case and never compressed, as the signature wants it.
        public void Name(string name)
        {
            foreach (var label in name.Trim('.').ToLowerInvariant().Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                var bytes = Encoding.ASCII.GetBytes(label);
                if (bytes.Length > 63) throw new FormatException($"'{label}' is too long for a label of DNS.");
                U8((byte)bytes.Length);
                Bytes(bytes);
            }
            U8(0);
        }
    }
}

/// <summary>A key that both sides know.</summary>
internal sealed class TsigKey(string name, TsigAlgorithm algorithm, byte[] key)
{
    public string Name { get; } = name;

    public string AlgorithmName => algorithm switch
    {
        TsigAlgorithm.HmacSha256 => "hmac-sha256",
        TsigAlgorithm.HmacSha384 => "hmac-sha384",
        TsigAlgorithm.HmacSha512 => "hmac-sha512",
    };

    public byte[] Sign(byte[] data) => algorithm switch
    {
        TsigAlgorithm.HmacSha256 => HMACSHA256.HashData(key, data),
        TsigAlgorithm.HmacSha384 => HMACSHA384.HashData(key, data),
        TsigAlgorithm.HmacSha512 => HMACSHA512.HashData(key, data),
    };
}
