using MailAdmin.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MailAdmin.Web.Api;

/// <summary>The API's description at /openapi/v1.json. It holds no data, so that tools may read it without a token.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = api => api.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "MailAdmin",
                Version = "v1",
                Description = "Domains, mailboxes and aliases of a Postfix and Dovecot server. Every write answers only when the mail server serves it: 2xx means live; 202 means that a run waits for approval; "
                    + "409 needs-decision and 502 not-served mean stored, but not live. Errors are problem details (RFC 9457). In PATCH an absent property means unchanged, null means none. "
                    + "GET gives an ETag; send it back in If-Match and a change of somebody else in between answers 412. Add preview=true to a write, or the header Prefer: preview, to get the plan without storing anything. "
                    + "The header Change-Reason puts a reason into the audit trail.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "ma_ and 43 characters", Description = "Made by an owner: mailadmin token create --name N --role R" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
            // The address of whoever asked says nothing.
            document.Servers = [new OpenApiServer { Url = "/" }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(async (schema, context, ct) =>
        {
            // "May be absent" is no type of its own: a caller sees the inner one.
            var type = context.JsonTypeInfo.Type;
            if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Optional<>)) return;
            var inner = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, ct);
            (schema.Type, schema.Format, schema.Enum, schema.Items, schema.Pattern, schema.Properties, schema.Required) = (inner.Type, inner.Format, inner.Enum, inner.Items, inner.Pattern, inner.Properties, inner.Required);
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var rights = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Select(a => a.Policy).Where(p => p?.StartsWith("api:", StringComparison.Ordinal) == true).Select(p => p![4..]);
            operation.Description = $"{operation.Description} Needs the right {string.Join(", ", rights)}.".Trim();
            DescribeHeaders(operation, context.Description.HttpMethod ?? "", context.Description.ActionDescriptor.EndpointMetadata.OfType<HasTag>().Any());
            return Task.CompletedTask;
        });
    });

    // Headers are read by the doorway, not by the routes' own parameters: what it reads is told here.
    private static void DescribeHeaders(OpenApiOperation operation, string method, bool isTagged)
    {
        var isGet = HttpMethods.IsGet(method);
        if (!isGet && operation.Parameters?.Any(parameter => parameter.Name == "preview") == true)
        {
            Add("Change-Reason", "Why, in your words; kept in audit and history. At most 500 characters.");
            Add("Prefer", "preview gives the plan of the change and stores nothing, as the query preview=true does.");
        }
        if (!isGet && operation.Responses?.ContainsKey("412") == true)
            Add("If-Match", "The ETag that you read. When the object changed since, the answer is 412 and nothing is stored; absent or *: whatever is there.");
        if (isTagged)
            Add("If-None-Match", "An ETag that you have; when it still holds, the answer is 304 without a body.");

        void Add(string name, string description) =>
            (operation.Parameters ??= []).Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }

    /// <summary>Says that a GET answers with an ETag.</summary>
    public static TBuilder Tagged<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new HasTag());

    internal sealed class HasTag;
}
