using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Api;

/// <summary>
/// Every text of every route that works on accounts, people and hosts, as the description names them, with every hostile value: refused by name with nothing moved on the host,
/// or taken with files that hold nothing that was not asked for.
/// </summary>
public sealed partial class HostileFieldsTests(HostileFieldsTests.Shared shared, ITestOutputHelper output) : IClassFixture<HostileFieldsTests.Shared>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // A good body for each route that takes one: a hostile value then is the only thing wrong with it.
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /api/v1/domains"] = """{"name":"new.test","host":"mail.example.test","aliasOf":"example.test","note":"n"}""",
        ["PATCH /api/v1/domains/{name}"] = """{"aliasOf":null,"note":"n"}""",
        ["POST /api/v1/mailboxes"] = """{"address":"new@example.test","passwordHash":null,"password":null,"passwordScheme":null,"displayName":"d","note":"n","senderRights":["@example.test"],"state":"active"}""",
        ["PATCH /api/v1/mailboxes/{address}"] = """{"displayName":"d","note":"n","senderRights":["@example.test"],"state":"active"}""",
        ["PUT /api/v1/mailboxes/{address}/password"] = $$"""{"password":null,"passwordHash":"{{ServedHost.Hash}}","passwordScheme":null}""",
        ["POST /api/v1/aliases"] = """{"address":"new@example.test","targets":["alice@example.test"],"comment":"c","expires":null}""",
        ["PATCH /api/v1/aliases/{address}"] = """{"targets":["alice@example.test"],"comment":"c","expires":null}""",
        ["PATCH /api/v1/hosts/{host}"] = """{"postmasterAddress":"alice@example.test"}""",
        ["POST /api/v1/apply"] = """{"host":"mail.example.test","confirmation":"1","reason":"r"}""",
        ["POST /api/v1/drift/adopt"] = """{"host":"mail.example.test","edits":[],"reason":"r"}""",
        ["POST /api/v1/administrators"] = """{"userName":"new.person","password":"quartz lantern 47 otter","role":"auditor","displayName":"d","domains":[]}""",
        ["PATCH /api/v1/administrators/{userName}"] = """{"displayName":"d","domains":[],"role":"auditor"}""",
        ["PUT /api/v1/administrators/{userName}/password"] = """{"password":"short"}""",
        ["POST /api/v1/tokens"] = """{"name":"new","role":"auditor","domains":[],"expires":null,"expiresAt":null}""",
    };

    private static bool IsSoak => Environment.GetEnvironmentVariable("MAILADMIN_SOAK") == "1";

    private static readonly HashSet<string> OneRule = ["note", "comment", "displayName", "reason", "state", "role", "passwordScheme", "host", "confirmation", "expires", "expiresAt"];

    // Fields that go into files on the host.
    private static readonly HashSet<string?> Rendered = ["targets", "senderRights", "state", "aliasOf", "password", "passwordHash", "expires"];

    private static readonly Dictionary<string, string> There = new() { ["name"] = "example.test", ["address"] = "alice@example.test", ["host"] = "mail.example.test", ["userName"] = "some.person", ["id"] = "1" };

    [Fact]
    public async Task EveryTextOfEveryBody_Hostile_IsRefusedByNameOrTakenSafely()
    {
        var (wrong, tried, turn) = (new List<string>(), 0, 0);
        foreach (var (route, operation) in await OperationsAsync())
        {
            if (operation["requestBody"] is null) continue;
            Assert.True(Bodies.ContainsKey(route), $"{route} has no sample body.");
            foreach (var (field, isList) in TextsOf(Properties(operation)))
            {
                turn++;
                foreach (var ((name, text), n) in HostileValues.All.Select((value, n) => (value, n)))
                {
                    // With MAILADMIN_SOAK=1 all of it; else what is read by one rule everywhere gets every third value in turn, and a value that is part of another one form in turn.
                    if (!IsSoak && OneRule.Contains(field) && (n + turn) % 3 != 0) continue;
                    List<string> forms = [.. FormsOf(field, text)];
                    foreach (var value in IsSoak || forms.Count < 3 ? forms : [forms[0], forms[1 + (n % (forms.Count - 1))]])
                    {
                        var body = Bodies[route].Replace("\"new", $"\"new{tried}", StringComparison.Ordinal);   // what was taken stays
                        var json = HostileValues.Json(value);
                        var changed = JsonNode.Parse(body)!.AsObject();
                        if (field is "password" && changed.ContainsKey("passwordHash")) changed["passwordHash"] = null;   // one of the two
                        changed[field] = "\u0001";
                        var sent = changed.ToJsonString().Replace("\"\\u0001\"", isList ? $"[{json}]" : json);
                        tried++;
                        if (await WrongAsync(route, Filled(route), new StringContent(sent, Encoding.UTF8, "application/json"), field) is { } why) wrong.Add($"{route} {field} {name}: {why}");
                    }
                }
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried}:\n{string.Join('\n', wrong.Take(200))}");
        Assert.Null(await StrangeAsync());
        output.WriteLine($"{tried} values.");
        Assert.True(tried > 1000, $"Only {tried} values were tried.");
    }

    [Fact]
    public async Task EveryTextOfEveryPathAndQuery_Hostile_IsRefusedOrFindsNothing()
    {
        var wrong = new List<string>();
        var turn = 0;
        foreach (var (route, operation) in await OperationsAsync())
        {
            var method = route.Split(' ')[0];
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                var (place, named) = ((string)parameter!["in"]!, (string)parameter["name"]!);
                if (place is not ("path" or "query" or "header") || parameter["schema"]?["type"]?.ToJsonString().Contains("string") != true) continue;
                // Each gets every third of them in turn: they are read by the same few rules.
                turn++;
                foreach (var (name, text) in HostileValues.All.Where((_, n) => n % 3 == turn % 3))
                {
                    if (place == "header" && text.Any(c => c is < ' ' or > '~')) continue;   // no client can send these
                    var escaped = Escaped(text);
                    var path = place == "path" ? Regex.Replace(route.Split(' ')[1], $@"\{{{named}[^}}]*\}}", escaped) : route.Split(' ')[1];
                    path = Filled("x " + path) + (place == "query" ? $"?{named}={escaped}" : "");
                    var content = method is "GET" or "DELETE" ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                    if (await WrongAsync(route, path, content, null, place == "header" ? (named, text) : null) is { } why) wrong.Add($"{route} {place} {named} {name}: {why}");
                }
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count}:\n{string.Join('\n', wrong.Take(40))}");
    }

    [Theory]
    [InlineData("POST", "/api/v1/mailboxes", "{\"address\":\"new@example.test\",\"note\":\"\xff\xfe\"}")]
    [InlineData("PATCH", "/api/v1/mailboxes/alice@example.test", "{\"note\":\"a\xc3\"}")]
    [InlineData("POST", "/api/v1/aliases", "{\"address\":\"\xc0\xaf@example.test\",\"targets\":[\"alice@example.test\"]}")]
    public async Task Body_ThatIsNotUtf8_IsRefused(string method, string path, string latin1)
    {
        var before = shared.Files();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(latin1)) { Headers = { ContentType = new("application/json") } } };
        using var answer = await shared.Api.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before, shared.Files());
    }

    /// <summary>The value alone, and where an address or a name belongs, as a part of one.</summary>
    private static IEnumerable<string> FormsOf(string field, string text) => field switch
    {
        "address" or "targets" or "postmasterAddress" => [text, $"{text}@example.test", $"bob@{text}.test", $"\"{text}\"@example.test"],
        "senderRights" => [text, $"{text}@example.test", "@" + text],
        "name" or "aliasOf" or "domains" => [text, $"{text}.test"],
        "passwordHash" => [text, "{SHA512-CRYPT}" + text, "{SHA512-CRYPT}$6$saltsalt$" + text, "{" + text + "}$6$saltsalt$x"],
        _ => [text],
    };

    /// <summary>Has everything written as it is now; a line that none of our writers writes, null when there is none.</summary>
    private async Task<string?> StrangeAsync()
    {
        using var answer = await shared.Api.PostAsync("/api/v1/apply", Samples.Json("""{"overwriteDrift":true,"confirmation":"1"}"""), Ct);
        return answer.StatusCode == HttpStatusCode.OK ? shared.Strange() : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}";
    }

    private async Task<string?> WrongAsync(string route, string path, HttpContent? content, string? field, (string Name, string Value)? header = null)
    {
        var before = shared.Files();
        using var request = new HttpRequestMessage(new HttpMethod(route.Split(' ')[0]), path) { Content = content };
        if (header is { } h && !request.Headers.TryAddWithoutValidation(h.Name, h.Value)) return null;
        HttpResponseMessage answer;
        try
        {
            answer = await shared.Api.SendAsync(request, Ct);
        }
        catch (HttpRequestException) when (header is not null)
        {
            return null;   // the client itself refuses to send it
        }
        using (answer)
        {
            var said = await answer.Content.ReadAsStringAsync(Ct);
            var status = (int)answer.StatusCode;
            if (status >= 500) return $"{status} {said}";
            if (status >= 400)
            {
                if (before != shared.Files()) return $"{status}, and files moved";
                if (field is null) return null;
                var errors = JsonNode.Parse(said)?["errors"]?.AsArray() ?? [];
                return errors.Any(e => ((string)e!["field"]!).Split('[')[0] == field && ((string)e["message"]!).Length > 0 && ((string)e["nextStep"]!).Length > 0) ? null : $"{status} names not the field: {said}";
            }
            // What was added stays and is written with the rest at the end; what was changed would be overwritten by the next value.
            return Rendered.Contains(field) && route[..4] != "POST" ? await StrangeAsync() : null;
        }
    }

    private async Task<IEnumerable<(string Route, JsonNode Operation)>> OperationsAsync()
    {
        shared.Description ??= JsonNode.Parse(await shared.Api.GetStringAsync("/openapi/v1.json", Ct))!;
        string[] mine = ["domains", "mailboxes", "aliases", "hosts", "plan", "apply", "drift", "history", "audit", "administrators", "tokens"];
        // What adds comes last: everything is written again after each change of what is there.
        return [.. shared.Description["paths"]!.AsObject().Where(p => mine.Contains(p.Key.Split('/')[3])).SelectMany(p => p.Value!.AsObject().Select(o => ($"{o.Key.ToUpperInvariant()} {p.Key.TrimEnd('/')}", o.Value!))).OrderBy(o => o.Item1.StartsWith("POST", StringComparison.Ordinal))];
    }

    private JsonObject Properties(JsonNode operation)
    {
        var schema = operation["requestBody"]!["content"]!["application/json"]!["schema"]!;
        var name = ((string?)schema["$ref"] ?? (string?)schema["oneOf"]?.AsArray().Select(s => s!["$ref"]).FirstOrDefault(r => r is not null))!.Split('/')[^1];
        return shared.Description!["components"]!["schemas"]![name]!["properties"]!.AsObject();
    }

    private static IEnumerable<(string Field, bool IsList)> TextsOf(JsonObject properties)
    {
        foreach (var (name, schema) in properties)
        {
            var type = schema!["type"]?.ToJsonString() ?? "";
            if (type.Contains("array")) yield return (name, true);
            else if (type.Contains("string") || schema["$ref"] is not null || schema["oneOf"] is not null) yield return (name, false);
        }
    }

    private static string Filled(string route) => Regex.Replace(route[(route.IndexOf(' ') + 1)..], @"\{([A-Za-z]+)[^}]*\}", m => There[m.Groups[1].Value]);

    private static string Escaped(string text)
    {
        // As a hostile client would: bytes of any kind.
        var bytes = new StringBuilder();
        foreach (var c in text) bytes.Append(char.IsSurrogate(c) ? "%ED%A0%80" : Uri.EscapeDataString(c.ToString()));
        return bytes.ToString();
    }

    /// <summary>A portal over a mail host in memory that serves.</summary>
    public sealed partial class Shared : IAsyncLifetime
    {
        private readonly PretendDaemons _daemons = new(new FakeMailHost());

        private PortalFixture _portal = null!;

        public HttpClient Api { get; private set; } = null!;

        public JsonNode? Description { get; set; }

        public async ValueTask InitializeAsync()
        {
            _portal = await PortalFixture.StartAsync(builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(_daemons.Host)));
                builder.Services.Replace(ServiceDescriptor.Singleton<IRecipientProbe>(_daemons));
                MailData.ServesAtOnce(builder);
                PortalFixture.WithoutLoops(builder);
                builder.Services.Configure<Web.Account.AccountOptions>(account => account.ApiRequestsPerMinute = 1_000_000);
            });
            await using (var db = await _portal.OpenAsync())
            {
                db.Hosts.Add(new Host { Name = "mail.example.test", Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", PostfixVersion = "3.7.11", MapTypes = ["cdb"], PasswordSchemes = ["SHA512-CRYPT"] } });
                await db.SaveChangesAsync();
            }
            await MailData.AddDomainAsync(_portal, "example.test");
            await MailData.AddMailboxAsync(_portal, "alice@example.test");
            await MailData.AddAliasAsync(_portal, "alice@example.test", "alice@example.test", "carol@elsewhere.test");
            await _portal.AddPersonAsync("some.person", Role.Auditor);
            Api = await _portal.ApiAsync(Role.Owner);
            Assert.Equal(HttpStatusCode.OK, (await Api.PostAsync("/api/v1/apply", Samples.Json("{}"), Ct)).StatusCode);
        }

        /// <summary>Every byte of every file, as one text.</summary>
        public string Files() => string.Join('\n', _daemons.Host.Files.Select(file => $"{file.Key} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file.Value.Content.Span))}"));

        /// <summary>A line that none of our writers writes; null when there is none.</summary>
        public string? Strange() => _daemons.Host.Files.Where(file => !file.Key.EndsWith(".cdb", StringComparison.Ordinal)).SelectMany(file => Encoding.UTF8.GetString(file.Value.Content.Span).Split('\n').SkipLast(1).Skip(1).Select(line => (file.Key, line)))
            .Where(row => !(row.Key.Contains("/passwd/", StringComparison.Ordinal) ? User() : Row()).IsMatch(row.line)).Select(row => $"{row.Key}: {row.line}").FirstOrDefault();

        public async ValueTask DisposeAsync()
        {
            Api.Dispose();
            await _portal.DisposeAsync();
        }

        [GeneratedRegex(@"^[a-z0-9._-]+@[a-z0-9.-]+:\{[A-Z0-9.-]+\}!?[^:\s]*::::::(userdb_quota_rule=\*:bytes=\d+ )?userdb_mailadmin=[0-9a-f]{8}$")]
        private static partial Regex User();

        [GeneratedRegex(@"^([a-z0-9._+='&-]*@)?[a-z0-9.-]+\t[a-zA-Z0-9._+='&@, /-]+$")]
        private static partial Regex Row();
    }
}
