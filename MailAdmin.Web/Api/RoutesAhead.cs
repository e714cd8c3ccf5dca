namespace MailAdmin.Web.Api;

/// <summary>Routes that are made before the first request. That would make them else, all at once, and wait.</summary>
internal sealed class RoutesAhead(IEndpointRouteBuilder app) : IEndpointRouteBuilder
{
    /// <inheritdoc />
    public IServiceProvider ServiceProvider => app.ServiceProvider;

    /// <inheritdoc />
    public ICollection<EndpointDataSource> DataSources { get; } = [];

    /// <inheritdoc />
    public IApplicationBuilder CreateApplicationBuilder() => app.CreateApplicationBuilder();

    /// <summary>Adds what was mapped to the app, and makes it meanwhile.</summary>
    /// <returns>Ends when it is made.</returns>
    public Task MakeAsync()
    {
        // It keeps what it made; the source of each route would make it anew.
        var routes = new CompositeEndpointDataSource(DataSources);
        app.DataSources.Add(routes);
        return Task.Run(() => routes.Endpoints);
    }
}
