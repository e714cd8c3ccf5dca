namespace MailAdmin.Core.Probes;

/// <summary>One line of a conversation.</summary>
/// <param name="Milliseconds">When, since it began.</param>
/// <param name="From"><c>C</c> the client, <c>S</c> the server, <c>*</c> a note.</param>
/// <param name="Text">The line without its end; text from outside, secrets replaced by <c>***</c>, cut after 500 characters.</param>
public sealed record TranscriptLine(double Milliseconds, char From, string Text);
