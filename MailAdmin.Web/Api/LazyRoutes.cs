using System.Diagnostics.CodeAnalysis;

namespace MailAdmin.Web.Api;

/// <summary>Routes of the API whose handlers are compiled by their first request. All at once they would take a fifth of a start, for routes that most days nobody asks.</summary>
internal static class LazyRoutes
{
    public static RouteHandlerBuilder MapGet(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) => group.Map(HttpMethods.Get, pattern, handler);

    public static RouteHandlerBuilder MapPost(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) => group.Map(HttpMethods.Post, pattern, handler);

    public static RouteHandlerBuilder MapPut(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) => group.Map(HttpMethods.Put, pattern, handler);

    public static RouteHandlerBuilder MapPatch(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) => group.Map(HttpMethods.Patch, pattern, handler);

    public static RouteHandlerBuilder MapDelete(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) => group.Map(HttpMethods.Delete, pattern, handler);

    private static RouteHandlerBuilder Map(this RouteGroupBuilder group, string method, string pattern, Delegate handler)
    {
        var route = group.MapMethods(pattern, [method], _ => throw new InvalidOperationException("No handler was made."));
        // The first of the route's conventions, so that what the route says of itself comes after what its handler says.
        route.Add(builder =>
        {
            builder.Metadata.Add(handler.Method);
            var options = new RequestDelegateFactoryOptions
            {
                ServiceProvider = builder.ApplicationServices,
                RouteParameterNames = ((RouteEndpointBuilder)builder).RoutePattern.Parameters.Select(parameter => parameter.Name),
                ThrowOnBadRequest = true,
                DisableInferBodyFromParameters = method == HttpMethods.Get || method == HttpMethods.Delete,
                EndpointBuilder = builder,
            };
            var said = RequestDelegateFactory.InferMetadata(handler.Method, options);
            var made = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(handler, options, said).RequestDelegate);
            builder.RequestDelegate = http => made.Value(http);
        });
        return new RouteHandlerBuilder([route]);
    }
}
