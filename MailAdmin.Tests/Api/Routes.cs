using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Api;

/// <summary>The routes as the running portal has them.</summary>
internal static class Routes
{
    public static IReadOnlyList<RouteEndpoint> Of(WebApplication app) =>
        [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static string PatternOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText?.Trim('/');

    public static IReadOnlyList<string> MethodsOf(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"];

    public static bool IsAnonymous(RouteEndpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    public static IReadOnlyList<string> PoliciesOf(RouteEndpoint route) => [.. route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy ?? "")];
}
