namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>The administrator's own hand on the queue: postsuper -d, -h, -H, -r, -e.</summary>
internal static class PostfixPostsuper
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        if (e.QueueId.IsNone)
        {
            if (PostfixLine.ReadCommon(ref e, text)) return true;
            e.Kind = EventKind.Note;
            return text.StartsWith("Deleted: "u8) || text.StartsWith("Placed on hold: "u8) || text.StartsWith("Released from hold: "u8) || text.StartsWith("Requeued: "u8) || text.StartsWith("Expired: "u8) || text.StartsWith("Force-expired: "u8) || text.StartsWith("Renamed to match inode number: "u8);
        }
        e.Kind = text.SequenceEqual("removed"u8) ? EventKind.RemovedByAdministrator
            : text.SequenceEqual("placed on hold"u8) ? EventKind.Held
            : text.SequenceEqual("released from hold"u8) ? EventKind.Released
            : text.SequenceEqual("requeued"u8) ? EventKind.Requeued
            : text.StartsWith("expired"u8) || text.StartsWith("renamed"u8) || text.StartsWith("released"u8) ? EventKind.Note
            : EventKind.None;
        e.Text = text;
        return e.Kind != EventKind.None || PostfixLine.ReadCommon(ref e, text);
    }
}
