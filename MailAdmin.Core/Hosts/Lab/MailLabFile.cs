using System.Text.Json;

namespace MailAdmin.Core.Hosts.Lab;

/// <summary>What a private host remembers about itself, in <c>lab.json</c> in its folder.</summary>
/// <param name="Domain">The domain it was made for.</param>
/// <param name="Ports">Its ports.</param>
/// <param name="Root">The folder that holds everything else; the lab's own, unless that was not suitable.</param>
/// <param name="Note">Why the root is elsewhere; null when it is not.</param>
public sealed record MailLabFile(string Domain, HostPorts Ports, string Root, string? Note)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where it lies.</summary>
    public static string PathIn(string directory) => $"{directory}/lab.json";

    /// <summary>Reads it.</summary>
    /// <exception cref="MailLabException">It is damaged.</exception>
    public static MailLabFile Read(HostFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<MailLabFile>(file.Content.Span, Form) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException e)
        {
            throw new MailLabException($"{file.Info.Path} is damaged: {e.Message} Remove the folder and start again, or restore the file.", e);
        }
    }

    /// <summary>Its bytes.</summary>
    public byte[] Print() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <summary>The private host as a host.</summary>
    public Host ToHost() => new()
    {
        Name = $"mail.{Domain}",
        Kind = HostKind.Lab,
        Address = "127.0.0.1",
        Ports = Ports,
        PostfixDirectory = $"{Root}/postfix",
        DovecotConfiguration = $"{Root}/dovecot/dovecot.conf",
        ManagedDirectory = $"{Root}/managed",
        MailRoot = $"{Root}/mail",
        MailUser = "vmail",
        LogSources = [$"{Root}/log/mail.log"],
    };
}

/// <summary>A private host could not be made, started or stopped; the message says what to do.</summary>
public sealed class MailLabException(string message, Exception? inner = null) : HostException(message, inner);
