namespace MailAdmin.Core.Delivery.Queue;

/// <summary>What part of a queue to read.</summary>
/// <param name="Filter">Which messages.</param>
/// <param name="Sort"><c>arrivedAt</c> (oldest first, the default), <c>sizeBytes</c>, <c>sender</c>, <c>recipients</c>; with a leading '-' for descending.</param>
/// <param name="Offset">Rows to leave out, up to 100,000: who looks further had better filter.</param>
/// <param name="Limit">Most rows, 1 to 500; 0 for none, when only totals and groups are wanted.</param>
public sealed record QueueQuery(QueueFilter Filter, string? Sort = null, int Offset = 0, int Limit = 50);

/// <summary>A queue at one moment: its totals, its groups and one page of its messages.</summary>
/// <param name="Host">Whose queue.</param>
/// <param name="ReadAt">When it was read (UTC).</param>
/// <param name="Rows">One page of the messages that fit, in order.</param>
/// <param name="Total">How many messages fit.</param>
/// <param name="Offset">Rows before this page.</param>
/// <param name="Bytes">Bytes of the messages that fit.</param>
/// <param name="All">How many messages there are, fitting or not.</param>
/// <param name="ByQueue">How many messages are in each queue, fitting or not; queues with none are left out.</param>
/// <param name="Groups">The largest groups of the messages that fit, most messages first.</param>
/// <param name="GroupCount">How many groups there are; at most 20,000 are told apart.</param>
/// <param name="Unread">Lines of Postfix that were not understood; 0 as a rule.</param>
public sealed record QueueView(string Host, DateTimeOffset ReadAt, IReadOnlyList<QueuedMessage> Rows, int Total, int Offset, long Bytes, int All, IReadOnlyDictionary<QueueName, int> ByQueue, IReadOnlyList<QueueGroup> Groups, int GroupCount, int Unread);
