export const Loading = () => <p className="loading">Charts and flows is loading …</p>;
